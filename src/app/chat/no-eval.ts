/**
 * Imported before anything that makes a zod schema: zod tries whether it may compile code, and the page's
 * Content-Security-Policy would report that as an attack.
 */
import { config } from 'zod/mini'

config({ jitless: true })
