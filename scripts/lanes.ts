/**
 * The lanes of `npm test`, and how the tests that each ran are counted. Used by `test.ts`.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from './child.ts'
import { setUpProxies } from './setup-proxies.ts'
import { setUpPython } from './setup-python.ts'
import { setUpRedis } from './setup-redis.ts'
import { setUpBrowser } from './setup-tests.ts'
import type { Step } from './steps.ts'
import { webBuildSteps } from './web-build.ts'

/** What a lane, or one tool of it, found. */
export interface Count {
  passed: number
  failed: number
  skipped: number
}

/** One tool of a lane: what runs, and how its tests are counted when it has ended. */
export interface Tool {
  steps(): Step[]
  count(ok: boolean): Count
}

export const laneNames = [
  'types',
  'lint',
  'unit',
  'integration',
  'redis',
  'chaos',
  'browser',
] as const
export type LaneName = (typeof laneNames)[number]

const bin = (path: string) => join(root, 'node_modules', path)
const reportOf = (lane: LaneName) => join(root, 'node_modules/.cache/tests', `${lane}.json`)

/** In the order in which they run: what is quick to fail comes first. */
export const lanes: Record<LaneName, Tool[]> = {
  types: [checker('types', [bin('typescript/bin/tsc'), '-p', '.', '--noEmit'])],
  lint: [
    checker('biome', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']),
    checker('walls', [join(root, 'scripts/check-walls.ts')]),
    checker('knip', [bin('knip/bin/knip.js')]),
  ],
  unit: [vitest('unit')],
  integration: [vitest('integration', () => ({ PYTHON_PATH: setUpPython(), ...setUpProxies() }))],
  redis: [vitest('redis', () => ({ REDIS_SERVER: setUpRedis(), ...setUpProxies() }))],
  chaos: [
    checker('chaos', [join(root, 'chaos/main.ts'), '--lane']),
    // Finds Redis and the proxies itself, or installs them; without one of them it fails.
    checker('chaos on Redis', [join(root, 'chaos/main.ts'), '--lane', '--redis']),
  ],
  browser: [playwright()],
}

/** A tool that is right or wrong: one test. */
function checker(name: string, args: string[]): Tool {
  return {
    steps: () => [{ name, args, until: 'done' }],
    count: (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }),
  }
}

function vitest(
  project: 'unit' | 'integration' | 'redis',
  setUp: () => Record<string, string> = () => ({}),
): Tool {
  const report = reportOf(project)
  const output = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return {
    steps: () => {
      rmSync(report, { force: true })
      return [
        {
          name: `The ${project} tests`,
          args: [bin('vitest/vitest.mjs'), 'run', '--project', project, ...output],
          env: setUp(),
          until: 'done',
        },
      ]
    },
    count: (ok) => atLeastOneFailure(ok, readVitest(report)),
  }
}

function playwright(): Tool {
  const report = reportOf('browser')
  return {
    steps: () => {
      rmSync(report, { force: true })
      const browser = setUpBrowser()
      return [
        ...webBuildSteps(),
        {
          name: 'The browser tests',
          args: [
            bin('@playwright/test/cli.js'),
            'test',
            '--config=e2e/playwright.config.ts',
            '--reporter=list,json',
          ],
          env: { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
          until: 'done',
        },
      ]
    },
    count: (ok) => atLeastOneFailure(ok, readPlaywright(report)),
  }
}

/** A run that failed without a failed test (a file that does not load, an error outside of tests) counts as one. */
function atLeastOneFailure(ok: boolean, count: Count | null): Count {
  const known = count ?? { passed: 0, failed: 0, skipped: 0 }
  const isEmpty = known.passed + known.failed === 0
  return { ...known, failed: Math.max(known.failed, ok && !isEmpty ? 0 : 1) }
}

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
})

/** Null where there is no report: the tool did not come so far. */
export function readVitest(file: string): Count | null {
  const report = readReport(file, vitestReport)
  return (
    report && {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    }
  )
}

const playwrightReport = z.object({
  stats: z.object({
    expected: z.int(),
    unexpected: z.int(),
    flaky: z.int(),
    skipped: z.int(),
  }),
})

/** A flaky test is a failed one. Null where there is no report. */
export function readPlaywright(file: string): Count | null {
  const stats = readReport(file, playwrightReport)?.stats
  return (
    (stats && {
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      skipped: stats.skipped,
    }) ??
    null
  )
}

function readReport<T>(file: string, schema: z.ZodType<T>): T | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  return schema.parse(JSON.parse(text))
}
