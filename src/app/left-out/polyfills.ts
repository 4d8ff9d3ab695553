/**
 * In place of what Next.js sends to browsers that know no `Array.prototype.at`, `Object.hasOwn` or `URL.canParse`: the
 * page's style sheets and its `URL.parse` need newer ones than those. Put there by `next.config.mjs`.
 */
export {}
