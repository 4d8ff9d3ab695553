/**
 * Before any schema is made: zod tries whether it may compile code, and the page's
 * Content-Security-Policy would report that as an attack. zod reads its settings from this name, so it
 * need not be loaded for it.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
