/** A test that is killed leaves no Redis behind. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'

const startsOne = `
  const { startRedis } = await import(process.argv[1])
  const redis = await startRedis()
  const folder = (await redis.ask('CONFIG', 'GET', 'dir'))[1]
  console.log(JSON.stringify({ port: redis.port, folder }))
`

test('redis-process: the death of who started it, by kill -9, is its end, and its folder is gone', async () => {
  const file = new URL('redis-process.ts', import.meta.url).href
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', startsOne, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(launcher, 'exit')
  const [line] = await once(createInterface({ input: launcher.stdout }), 'line')
  const { port, folder } = JSON.parse(line)
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  expect(fs.existsSync(folder)).toBe(true)
  const closed = once(socket, 'close')
  const gone = new Promise<void>((resolve) => {
    fs.watchFile(folder, { interval: 20 }, ({ nlink }) => nlink === 0 && resolve())
  })
  launcher.kill('SIGKILL')
  await ended
  await closed
  await gone
  fs.unwatchFile(folder)
  expect(fs.existsSync(folder)).toBe(false)
})
