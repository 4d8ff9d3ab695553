/**
 * The production build of the web app, made when its sources have changed since the last one. Used by
 * `build.ts`, `start.ts` and `test.ts`.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './child.ts'
import type { Step } from './steps.ts'

/** The `next` command, for `node`. */
export const nextBin = join(root, 'node_modules/next/dist/bin/next')

/** What the build is made of: what the page imports, how it is built, and the packages. */
const sources = [
  'src/{app,client,core}/**/*',
  'src/server/trpc/**/*',
  'src/proxy.ts',
  'public/**/*',
  'next.config.*',
  'postcss.config.*',
  'tsconfig.json',
  'package-lock.json',
]

/** The steps that bring the build up to date: none where it is. `always` builds all the same. */
export function webBuildSteps(directory: string = root, { always = false } = {}): Step[] {
  const stampFile = join(directory, '.next/agent-websocket.stamp')
  const stamp = hashOf(directory)
  if (!always && existsSync(join(directory, '.next/BUILD_ID')) && read(stampFile) === stamp)
    return []
  return [
    {
      name: 'The build of the web app',
      args: [nextBin, 'build', directory],
      env: { NODE_ENV: 'production' },
      until: 'done',
      // Written last: a build that was cut short is made again.
      whenDone: () => writeFileSync(stampFile, stamp),
    },
  ]
}

function hashOf(directory: string): string {
  const hash = createHash('sha256')
  const files = globSync(sources, { cwd: directory, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  for (const file of files) {
    hash.update(file.slice(directory.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : null)
