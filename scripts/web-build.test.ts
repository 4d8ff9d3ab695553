/** When the web app is built again: told by its sources, not by the clock. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { webBuildSteps } from './web-build.ts'

let checkout: string

function write(file: string, text: string): void {
  mkdirSync(dirname(join(checkout, file)), { recursive: true })
  writeFileSync(join(checkout, file), text)
}

/** What a good build leaves behind. */
function build(): void {
  const [step] = webBuildSteps(checkout)
  if (step?.until !== 'done') throw new Error('there was nothing to build')
  write('.next/BUILD_ID', 'a')
  step.whenDone?.()
}

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'agent-websocket-build-'))
  write('src/app/page.tsx', 'export default () => null')
  write('src/client/index.ts', 'export {}')
  write('package-lock.json', '{}')
})

afterEach(() => rmSync(checkout, { recursive: true, force: true }))

test('build: a fresh one is kept, also when the files are only touched', () => {
  build()
  utimesSync(join(checkout, 'src/app/page.tsx'), new Date(), new Date())
  expect(webBuildSteps(checkout)).toEqual([])
})

test('build: one is made when there is none', () => {
  expect(webBuildSteps(checkout)).toHaveLength(1)
})

test('build: one that was cut short is made again', () => {
  write('.next/BUILD_ID', 'a')
  expect(webBuildSteps(checkout)).toHaveLength(1)
})

test('build: `npm run build` builds a fresh one too', () => {
  build()
  expect(webBuildSteps(checkout, { always: true })).toHaveLength(1)
})

test.for([
  ['src/app/page.tsx', 'export default () => 1'],
  ['src/app/new.tsx', ''],
  ['src/client/index.ts', 'export const a = 1'],
  ['src/core/new.ts', ''],
  ['src/app/globals.css', ''],
  ['next.config.mjs', 'export default {}'],
  ['package-lock.json', '{"a":1}'],
] as const)('build: %s makes it stale', ([file, text]) => {
  build()
  write(file, text)
  expect(webBuildSteps(checkout)).toHaveLength(1)
})

test.for(['src/app/page.test.tsx', 'src/server/main.ts', 'README.md'])(
  'build: %s is no part of it',
  (file) => {
    build()
    write(file, 'new')
    expect(webBuildSteps(checkout)).toEqual([])
  },
)
