/** The simulator as a process, directed over `/control`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

interface Running extends AsyncDisposable {
  url: string
  child: ChildProcess
}

async function start(...args: string[]): Promise<Running> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  const { url } = JSON.parse(String(line))
  return {
    url,
    child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

const body = JSON.stringify({
  model: 'm',
  stream: true,
  messages: [{ role: 'user', content: 'Hello' }],
})

test('it is directed and watched from another process', async () => {
  await using running = await start(
    '--control',
    '--first-token-ms',
    '0',
    '--tokens-per-second',
    '0',
  )
  const control = running.url.replace('/v1', '/control')
  const post = async (path: string, value: unknown) => {
    const response = await fetch(control + path, { method: 'POST', body: JSON.stringify(value) })
    await response.arrayBuffer()
    return response.status
  }
  const get = async (path: string) => JSON.parse(await (await fetch(control + path)).text())
  const coming = get('/requests/1/held')
  expect(await post('/next', [{ tokens: ['a', 'b', 'c'], hold: 2 }])).toBe(200)
  expect(await post('/always', { fault: { kind: 'status', status: 503 } })).toBe(200)
  expect(await post('/next', { nonsense: true })).toBe(400)
  const response = await fetch(`${running.url}/chat/completions`, { method: 'POST', body })
  expect(await coming).toMatchObject({ number: 1, state: 'holding', tokensSent: 2 })
  expect(await post('/requests/1/release', {})).toBe(200)
  expect(await response.text()).toContain('[DONE]')
  expect(await get('/requests/1/finished')).toMatchObject({ state: 'ended', tokensSent: 3 })
  const refused = await fetch(`${running.url}/chat/completions`, { method: 'POST', body })
  expect(refused.status).toBe(503)
  await refused.arrayBuffer()
  expect(await get('/requests')).toHaveLength(2)
  expect(await post('/reset', null)).toBe(200)
  expect(await get('/requests')).toEqual([])
})

test('SIGTERM ends it with 0, in the middle of answers too', async () => {
  await using running = await start('--tokens-per-second', '1')
  const response = await fetch(`${running.url}/chat/completions`, { method: 'POST', body })
  const exited = once(running.child, 'exit')
  running.child.kill('SIGTERM')
  await expect(response.text()).rejects.toThrow()
  expect(await exited).toEqual([0, null])
})

test('a bad option ends it with 1', async () => {
  const child = spawn(process.execPath, [main, '--port', 'x'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (text) => {
    said += text
  })
  expect(await once(child, 'close')).toEqual([1, null])
  expect(said).toContain('--port must be a number')
})
