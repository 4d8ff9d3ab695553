/** The README shows the tables of the last whole runs, as they were written. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shortTable } from './report.ts'
import { newTally } from './tally.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const firstColumn = (table: string) => table.split('\n').map((line) => line.split('|')[1]?.trim())

test.each([
  ['results.md', null],
  ['results-redis.md', 3],
])('docs: the README has the first table of chaos/%s', (file, servers) => {
  const [table = ''] = /(?:^\|.*\n)+/m.exec(read(file)) ?? []
  expect(table).toContain('schedules')
  expect(read('../README.md')).toContain(table)
  // And it is what the runner writes today.
  const today = firstColumn(`${shortTable(newTally(), servers)}\n`)
  expect(firstColumn(table).filter((name) => !name?.startsWith('---'))).toEqual(
    today.filter((name) => !name?.startsWith('---')),
  )
})
