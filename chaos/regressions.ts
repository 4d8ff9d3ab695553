/** Schedules that failed once: written when they do, and run first ever after. Used by the runner. */
import { globSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { Finding } from './oracle/finding.ts'
import { type Schedule, schedule } from './schedule.ts'

const folder = join(import.meta.dirname, 'regressions')

const regression = z.strictObject({
  /** What was wrong then. */
  found: z.array(z.string()),
  /** What it turned out to be, by whoever mended it. */
  cause: z.string().optional(),
  schedule,
})

export interface Regression {
  name: string
  schedule: Schedule
}

export function readRegressions(): Regression[] {
  return globSync('*.json', { cwd: folder })
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      return { name: basename(name, '.json'), ...regression.parse(JSON.parse(text)) }
    })
}

/** Resolves with the file's path from the root of the checkout. */
export async function writeRegression(
  failed: Schedule,
  findings: readonly Finding[],
): Promise<string> {
  const name = `seed-${failed.seed}.json`
  const found = findings.slice(0, 5).map(({ kind, detail }) => `${kind}: ${detail.split('\n')[0]}`)
  const text = `${JSON.stringify({ found, schedule: failed }, null, 2)}\n`
  await writeFile(join(folder, name), text)
  return `chaos/regressions/${name}`
}
