/**
 * Loaded into the server's process before the program (`node --import`): makes the time of day jump. `Date` is
 * off by as many milliseconds as the file `CHAOS_CLOCK` says; SIGUSR2 has it read again. What counts time without
 * knowing the day (timers, `performance.now`) goes on as before, as on a machine whose clock is put right.
 */
import { readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const file = process.env.CHAOS_CLOCK
const RealDate = Date
let offsetMs = 0

class JumpingDate extends RealDate {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(RealDate.now() + offsetMs)
    else super(...(args as [number]))
  }

  static override now(): number {
    return RealDate.now() + offsetMs
  }
}

function read(): void {
  if (file) offsetMs = Number(readFileSync(file, 'utf8'))
}

if (file) {
  read()
  globalThis.Date = JumpingDate as DateConstructor
  if (isMainThread) {
    process.on('SIGUSR2', () => {
      read()
      process.stderr.write(`the clock is off by ${offsetMs} ms\n`)
    })
  }
}
