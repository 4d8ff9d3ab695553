/** The README shows the table of the last whole run, as it was written. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shortTable } from './report.ts'
import { newTally } from './tally.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const firstColumn = (table: string) => table.split('\n').map((line) => line.split('|')[1]?.trim())

test('docs: the README has the first table of chaos/results.md', () => {
  const [table = ''] = /(?:^\|.*\n)+/m.exec(read('results.md')) ?? []
  expect(table).toContain('schedules')
  expect(read('../README.md')).toContain(table)
  // And it is what the runner writes today.
  const today = firstColumn(`${shortTable(newTally(), null)}\n`)
  expect(firstColumn(table).filter((name) => !name?.startsWith('---'))).toEqual(
    today.filter((name) => !name?.startsWith('---')),
  )
})
