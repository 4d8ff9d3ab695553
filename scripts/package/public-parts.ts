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
]

/** Commands by name: what `npx` runs. Each begins with a line `#!/usr/bin/env node`. */
export const commands: Readonly<Record<string, string>> = {}

/**
 * Files that no import leads to, which run all the same: threads and processes that a part starts. They
 * are built beside the others, and stand at the same place among them.
 */
export const startedFiles: readonly string[] = []

/** What an app has once, and shares with the package. Optional: needed by some subpaths alone. */
export const peers: Readonly<Record<string, { range?: string; optional?: true }>> = {
  '@trpc/client': {},
  '@trpc/server': {},
  // <Context value> is React 19's.
  react: { range: '^19.0.0', optional: true },
  '@tanstack/react-query': { range: '^5.80.0', optional: true },
}

/** Programs may run on an older Node than this repository, which brings its own. */
export const engines = { node: '>=22.13' } as const
