/** `npm start`: one command, both URLs, one Ctrl-C. It builds the web app where that is not built. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Child, root } from './harness/child.ts'
import { freePort, isFree } from './harness/ports.ts'
import { descendants, stillRunning } from './harness/process-table.ts'
import { openTempFolder } from './harness/temp-folder.ts'

test('npm start: both URLs answer, one SIGINT stops both with exit code 0 and leaves no process behind', async () => {
  await using folder = await openTempFolder()
  const ports = { PORT: await freePort(), AGENT_PORT: await freePort() }
  await using start = new Child(
    ['--import', './scripts/require-node.mjs', join(root, 'scripts/start.ts')],
    {
      DATA_DIR: folder.path,
      PORT: String(ports.PORT),
      AGENT_PORT: String(ports.AGENT_PORT),
      // Empty counts as unset: a `.env` of the developer's must not bring a real model in.
      OPENROUTER_API_KEY: '',
      OPENROUTER_BASE_URL: '',
    },
  )
  await start.said('stdout', /Ctrl-C stops it\./)
  const urls = [...start.stdout.matchAll(/^ +(The page|The agent server): +(\S+)$/gm)]
  const [page, agent] = urls.map(([, , url]) => url)
  if (!page || !agent) throw new Error(`no URLs in:\n${start.stdout}`)
  expect(start.stdout).toContain('The answers are simulated.')

  const shown = await fetch(page)
  expect(shown.status).toBe(200)
  expect(shown.headers.get('content-type')).toContain('text/html')
  expect((await fetch(`${agent}/readyz`)).status).toBe(200)
  const info = z.object({ result: z.object({ data: z.looseObject({ simulated: z.boolean() }) }) })
  const said = info.parse(await (await fetch(`${agent}/trpc/info`)).json())
  expect(said.result.data.simulated).toBe(true)

  const started = descendants(start.pid)
  expect(started.length).toBeGreaterThanOrEqual(2)
  start.signal('SIGINT')
  expect(await start.ended).toMatchObject({ code: 0, signal: null })
  expect(stillRunning(started)).toEqual([])
  for (const port of Object.values(ports)) expect(await isFree(port)).toBe(true)
})
