/**
 * In place of what streamdown looks at links and pictures with: here `components/link-target.ts` does, and no
 * picture is loaded. Put there by `next.config.mjs`.
 */
export function harden(): never {
  throw new Error('the plugin of streamdown that looks at links is left out of the page')
}
