/**
 * Runs a program that is not Node's as a child that ends with its launcher, as `end-with-launcher.mjs` makes Node's.
 * Arguments: the program and its own. Used by `proxy-process.ts`.
 */
import { spawn } from 'node:child_process'

const [program = '', ...args] = process.argv.slice(2)
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
const stop = () => child.kill('SIGTERM')
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
process.on('exit', () => child.kill('SIGKILL'))
child.on('error', (cause) => {
  process.stderr.write(`${program} did not start: ${cause.message}\n`)
  process.exit(1)
})
child.on('exit', (code) => process.exit(code ?? 1))
