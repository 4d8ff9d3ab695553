/** The walls of docs/architecture.md: every forbidden import fails the lint, every allowed one passes. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { findBreaches } from './check-walls.ts'

const root = resolve(import.meta.dirname, '..')

/** `[the file, what it imports]`. */
type Case = readonly [file: string, source: string]

const forbidden: Case[] = [
  ['src/core/a.ts', `import { readFileSync } from 'node:fs'`],
  ['src/core/a.ts', `import fs from 'fs'`],
  ['src/core/a.ts', `import { WebSocket } from 'ws'`],
  ['src/core/a.ts', `import { initTRPC } from '@trpc/server'`],
  ['src/core/a.ts', `import type { TRPCError } from '@trpc/server'`],
  ['src/core/a.ts', `import { useState } from 'react'`],
  ['src/core/a.ts', `import { pino } from 'pino'`],
  ['src/core/agent/a.ts', `import { main } from '../../server/main.ts'`],
  ['src/core/agent/a.ts', `import type { Main } from '../../server/main.ts'`],
  ['src/core/agent/a.ts', `export * from '../../client/index.ts'`],
  ['src/core/agent/a.ts', `export const page = () => import('../../app/page.tsx')`],
  ['src/core/agent/a.ts', `import { bench } from '../../../bench/main.ts'`],
  ['src/core/agent/a.ts', `export type Main = import('../../server/main.ts').Main`],
  ['src/core/agent/a.ts', `export type Fs = typeof import('node:fs')`],
  ['src/core/agent/a.ts', `export const any = (name: string) => import(name)`],
  ['src/core/agent/a.ts', `const ws = require('ws')`],
  [
    'src/core/agent/a.ts',
    `// biome-ignore lint/style/noRestrictedImports: just this once\nimport ws from 'ws'`,
  ],
  ['src/server/a.ts', `import { createAgentClient } from '../client/index.ts'`],
  ['src/server/http/a.ts', `import type { Page } from '../../app/page.tsx'`],
  ['src/server/a.ts', `import { createTRPCClient } from '@trpc/client'`],
  ['src/server/a.ts', `import { useState } from 'react'`],
  ['src/server/a.ts', `import next from 'next'`],
  ['src/server/a.ts', `import { start } from '../../scripts/start.ts'`],
  ['src/testing/a.ts', `import { openAgentServer } from '../server/compose.ts'`],
  ['src/testing/a.ts', `import { fold } from '../core/folds/transcript.ts'`],
  ['src/testing/a.ts', `import { createProgram } from '../cli/program.ts'`],
  ['src/client/a.ts', `import { appRouter } from '../server/trpc/router.ts'`],
  ['src/client/a.ts', `import { AppRouter } from '../server/trpc/router.ts'`],
  ['src/client/a.ts', `import { type AppRouter } from '../server/trpc/router.ts'`],
  ['src/client/a.ts', `export { AppRouter } from '../server/trpc/router.ts'`],
  ['src/client/a.ts', `import type { Other } from '../server/trpc/router.ts'`],
  ['src/client/a.ts', `import type * as router from '../server/trpc/router.ts'`],
  ['src/client/a.ts', `import type { RequestContext } from '../server/trpc/context.ts'`],
  ['src/client/a.ts', `import { TRPCError } from '@trpc/server'`],
  ['src/client/a.ts', `import { useState } from 'react'`],
  ['src/client/a.ts', `import { readFileSync } from 'node:fs'`],
  ['src/client/a.ts', `import { WebSocket } from 'ws'`],
  ['src/client/a.ts', `import { useAgent } from './react/index.ts'`],
  ['src/client/a.ts', `import { Page } from '../app/page.tsx'`],
  ['src/client/a.ts', `import { fileStorage } from './node/file-storage.ts'`],
  ['src/client/node/a.ts', `import { WebSocket } from 'ws'`],
  ['src/client/node/a.ts', `import { main } from '../../server/main.ts'`],
  ['src/client/react/a.ts', `import { fold } from '../../core/folds/transcript.ts'`],
  ['src/client/react/a.ts', `import { main } from '../../server/main.ts'`],
  ['src/client/react/a.ts', `import { Page } from '../../app/page.tsx'`],
  ['src/client/react/a.ts', `import { toast } from 'sonner'`],
  ['src/client/react/a.ts', `import { readFileSync } from 'node:fs'`],
  ['src/app/a.tsx', `import { main } from '../server/main.ts'`],
  ['src/app/a.tsx', `import type { AppRouter } from '../server/trpc/router.ts'`],
  ['src/app/a.tsx', `import type { LogEvent } from '../core/events.ts'`],
  ['src/app/a.tsx', `import { Outbox } from '../client/outbox.ts'`],
  ['src/app/chat/a.tsx', `import type { OutgoingMessage } from '../../client/outbox-item.ts'`],
  ['src/app/a.tsx', `import { logEvent } from '../core/events.ts'`],
  ['src/app/a.tsx', `import { type LogEvent } from '../core/events.ts'`],
  ['src/app/chat/a.tsx', `import { initTRPC } from '@trpc/server'`],
  ['e2e/a.ts', `import { logEvent } from '../src/core/events.ts'`],
  ['e2e/a.ts', `import { main } from '../src/server/main.ts'`],
  ['e2e/a.ts', `import { outbox } from '../src/client/outbox.ts'`],
  ['e2e/a.ts', `import { startModel } from '../src/testing/model.ts'`],
  ['e2e/a.ts', `import { start } from '../scripts/start.ts'`],
  ['examples/a.ts', `import { openSimulator } from '../src/server/simulator/simulator.ts'`],
  ['examples/a.ts', `import type { LogEvent } from '../src/core/events.ts'`],
]

const allowed: Case[] = [
  ['src/core/a.ts', `import { z } from 'zod'`],
  ['src/core/agent/a.ts', `import { other } from '../log/other.ts'`],
  ['src/core/agent/a.ts', `import { other } from './other.ts'`],
  ['src/core/a.test.ts', `import { readFileSync } from 'node:fs'\nimport fc from 'fast-check'`],
  ['src/server/a.ts', `import { readFileSync } from 'node:fs'`],
  ['src/server/a.ts', `import { AgentError } from '../core/errors.ts'`],
  ['src/server/a.ts', `import { applyWSSHandler } from '@trpc/server/adapters/ws'`],
  ['src/server/a.ts', `import { other } from './http/other.ts'`],
  ['src/server/a.test.ts', `import { createTRPCClient } from '@trpc/client'`],
  ['src/server/testing/a.ts', `import { createTRPCClient } from '@trpc/client'`],
  ['src/client/a.ts', `import type { AppRouter } from '../server/trpc/router.ts'`],
  ['src/client/a.ts', `export type { AppRouter } from '../server/trpc/router.ts'`],
  ['src/client/a.ts', `import { createTRPCClient } from '@trpc/client'`],
  ['src/client/a.ts', `import { observable } from '@trpc/server/observable'`],
  ['src/client/a.ts', `import type { inferRouterOutputs } from '@trpc/server'`],
  ['src/client/a.ts', `import { logEvent } from '../core/events.ts'`],
  ['src/client/node/a.ts', `import { readFileSync } from 'node:fs'`],
  ['src/client/node/a.ts', `import { parseEntry } from '../outbox-schema.ts'`],
  ['src/client/react/a.ts', `import { useState } from 'react'`],
  ['src/client/react/a.ts', `import { useQuery } from '@tanstack/react-query'`],
  ['src/client/react/a.ts', `import { createAgentClient } from '../index.ts'`],
  ['src/client/react/a.ts', `import { createTRPCReact } from '@trpc/react-query'`],
  ['src/client/react/a.ts', `import type { AppRouter } from '../../server/trpc/router.ts'`],
  ['src/app/a.tsx', `import { createAgentClient } from '../client/index.ts'`],
  ['src/app/a.tsx', `import { useAgent } from '../client/react/index.ts'`],
  ['src/app/chat/a.tsx', `import { useRouter } from 'next/navigation'`],
  ['e2e/a.ts', `import { createAgentClient } from '../src/client/index.ts'`],
  ['e2e/a.ts', `import { spawn } from 'node:child_process'`],
  ['e2e/a.ts', `import { test } from '../src/testing/playwright.ts'`],
  ['src/testing/a.ts', `import { openSimulator } from '../server/simulator/simulator.ts'`],
  ['src/testing/a.ts', `import { openTcpProxy } from '../client/testing/tcp-proxy.ts'`],
  ['src/testing/a.ts', `import { openGuest } from '../client/guest.ts'`],
  ['examples/a.ts', `import { useAgent } from '../src/client/react/index.ts'`],
]

const lintReport = z.object({
  diagnostics: z.array(
    z.object({ category: z.string(), location: z.object({ path: z.string() }).loose() }).loose(),
  ),
})

/** The cases as files of one tree, each under a name of its own, linted at once. */
const cases = [...forbidden, ...allowed].map(([file, source], index) => ({
  title: `${file}: ${source}`,
  file: file.replace(/\ba\./, `case-${index}.`),
  source,
  isForbidden: index < forbidden.length,
}))

let tree: string
let found: { file: string; rule: string }[]

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'agent-websocket-walls-'))
  for (const name of ['biome.json', 'package.json', '.gitignore']) {
    cpSync(join(root, name), join(tree, name))
  }
  for (const { file, source } of cases) {
    mkdirSync(dirname(join(tree, file)), { recursive: true })
    writeFileSync(join(tree, file), `${source}\n`)
  }
  const biome = join(root, 'node_modules/.bin/biome')
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.']
  const run = spawnSync(biome, args, { cwd: tree, encoding: 'utf8' })
  const { diagnostics } = lintReport.parse(JSON.parse(run.stdout))
  found = [
    ...diagnostics
      .filter((it) => /noRestrictedImports|noCommonJs/.test(it.category))
      .map((it) => ({ file: it.location.path, rule: it.category })),
    ...findBreaches(tree).map((it) => ({ file: it.file, rule: it.message })),
  ]
})

afterAll(() => rmSync(tree, { recursive: true, force: true }))

for (const { title, file, isForbidden } of cases) {
  test(`${file.startsWith('src/app/') ? 'H3: ' : ''}walls: ${isForbidden ? 'forbidden' : 'allowed'}: ${title}`, () => {
    const rules = found.filter((it) => it.file === file).map((it) => it.rule)
    if (isForbidden) expect(rules).not.toEqual([])
    else expect(rules).toEqual([])
  })
}
