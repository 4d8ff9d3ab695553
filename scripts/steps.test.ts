/** The launcher, with small servers in place of the real ones, as real processes. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { checkPort } from './port.ts'
import type { Step } from './steps.ts'
import { type ScriptProcess, startScript } from './testing/script-process.ts'

const testing = join(import.meta.dirname, 'testing')
const opened: ScriptProcess[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((it) => it.end()))
})

function run(steps: Step[], stopDeadlineMs = 10_000): ScriptProcess {
  const script = startScript([
    join(testing, 'run-steps.ts'),
    JSON.stringify(steps),
    String(stopDeadlineMs),
  ])
  opened.push(script)
  return script
}

async function standIn(name: string, order: 'serve' | 'deaf' = 'serve') {
  const found = await checkPort(0, '127.0.0.1')
  if (found.state !== 'free') throw new Error('no port is free')
  const step: Step = {
    name,
    args: [join(testing, 'stand-in.ts'), order, String(found.port)],
    until: 'answers',
    url: `http://127.0.0.1:${found.port}/`,
    deadlineMs: 30_000,
  }
  return { step, port: found.port, url: step.url }
}

/** A connection that stays: it closes when the process at the other end is gone. */
async function holdOn(port: number): Promise<{ gone: Promise<void> }> {
  const socket: Socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  // A process that is killed resets the connection: that is gone too, and `once` would reject.
  socket.on('error', () => {})
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  socket.on('close', () => resolve())
  socket.resume()
  return { gone }
}

test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'launcher: one %s ends both, with exit code 0',
  async (signal) => {
    const [one, two] = [await standIn('one'), await standIn('two')]
    const script = run([one.step, two.step])
    await script.said('ready')
    const held = await Promise.all([holdOn(one.port), holdOn(two.port)])
    script.signal(signal)
    expect(await script.ended).toMatchObject({ code: 0 })
    await Promise.all(held.map((it) => it.gone))
  },
)

test('launcher: the same Ctrl-C from the terminal and from npm is one', async () => {
  const [one, deaf] = [await standIn('one'), await standIn('deaf', 'deaf')]
  const script = run([one.step, deaf.step], 1000)
  await script.said('ready')
  script.signal('SIGINT')
  await script.said('asked')
  script.signal('SIGINT')
  const { code, output } = await script.ended
  expect(code).toBe(0)
  expect(output.match(/asked/g)).toHaveLength(1)
})

test('launcher: what does not end when asked to is killed after the deadline', async () => {
  const deaf = await standIn('deaf', 'deaf')
  const script = run([deaf.step], 200)
  await script.said('ready')
  const held = await holdOn(deaf.port)
  script.signal('SIGTERM')
  await script.said('asked')
  expect(await script.ended).toMatchObject({ code: 0 })
  await held.gone
})

test('launcher: when one dies the other is stopped, with exit code 1', async () => {
  const [one, two] = [await standIn('one'), await standIn('two')]
  const script = run([one.step, two.step])
  await script.said('ready')
  const held = await holdOn(one.port)
  await fetch(two.url, { method: 'POST' }).catch(() => null)
  const { code, output } = await script.ended
  expect(code).toBe(1)
  expect(output).toContain('two ended with exit code 3.')
  await held.gone
})

test('launcher: when it is killed, what it started ends', async () => {
  const [one, two] = [await standIn('one'), await standIn('two')]
  const script = run([one.step, two.step])
  await script.said('ready')
  const held = await Promise.all([holdOn(one.port), holdOn(two.port)])
  script.signal('SIGKILL')
  await Promise.all(held.map((it) => it.gone))
})

test('launcher: a step that fails ends the ones before it, and none comes after', async () => {
  const [one, after] = [await standIn('one'), await standIn('after')]
  const build: Step = {
    name: 'The build',
    args: [join(testing, 'stand-in.ts'), 'fail'],
    until: 'done',
  }
  const { code, output } = await run([one.step, build, after.step]).ended
  expect(code).toBe(1)
  expect(output.trim()).toBe('The build ended with exit code 7.')
  expect(await checkPort(one.port, '127.0.0.1')).toMatchObject({ state: 'free' })
})

test('launcher: what never answers is said, with exit code 1', async () => {
  const one = await standIn('one')
  const other = await standIn('other')
  const script = run([{ ...one.step, url: other.url, deadlineMs: 300 } as Step])
  const { code, output } = await script.ended
  expect(code).toBe(1)
  expect(output.trim()).toBe(`one did not answer at ${other.url} within 0.3 s.`)
})
