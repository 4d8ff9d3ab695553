/**
 * What the package gives to other programs: its subpaths, its commands, and whom it expects beside it.
 * A new part is a line here. Used by `build-package.ts` and the tests of the package.
 */

export interface Part {
  /** As programs import it, after the package's name. */
  subpath: string
  source: string
}

export const parts: readonly Part[] = [
  { subpath: './client', source: 'src/client/index.ts' },
  { subpath: './client/react', source: 'src/client/react/index.ts' },
  { subpath: './client/file-storage', source: 'src/client/node/file-storage.ts' },
  { subpath: './server', source: 'src/server/index.ts' },
  { subpath: './testing', source: 'src/testing/index.ts' },
  { subpath: './testing/playwright', source: 'src/testing/playwright.ts' },
]

/** Commands by name: what `npx` runs. Each begins with a line `#!/usr/bin/env node`. */
export const commands: Readonly<Record<string, string>> = {
  'agent-websocket': 'src/cli/main.ts',
}

/**
 * Files that no import leads to, which run all the same: threads and processes that a part starts. They
 * are built beside the others, and stand at the same place among them.
 */
export const startedFiles: readonly string[] = [
  'src/server/main.ts',
  'src/server/model/thread/model-worker.ts',
]

/** Folders of files that are read as they are, and stand at the same place too. */
export const readFolders: readonly string[] = ['src/server/store/redis/lua']

/**
 * What the agent server alone needs: `serve`, the operator's commands and the tester's kit. Installed unless one
 * says `--omit=optional`; who only talks to an agent needs none of it
 * (docs/decisions/073-the-server-comes-with-the-package.md).
 */
export const ofServer: readonly string[] = [
  '@opentelemetry/api',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace',
  'ioredis',
  'jose',
  'pino',
  'prom-client',
  'rate-limiter-flexible',
  'ws',
]

/** What an app has once, and shares with the package. Optional: needed by some subpaths alone. */
export const peers: Readonly<Record<string, { range?: string; optional?: true }>> = {
  '@trpc/client': {},
  '@trpc/server': {},
  // <Context value> is React 19's.
  react: { range: '^19.0.0', optional: true },
  '@tanstack/react-query': { range: '^5.80.0', optional: true },
  '@playwright/test': { range: '^1.50.0', optional: true },
}

/** Programs may run on an older Node than this repository, which brings its own. */
export const engines = { node: '>=22.13' } as const
