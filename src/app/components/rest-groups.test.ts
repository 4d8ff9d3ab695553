import { expect, test } from 'vitest'
import { RestGroups } from './rest-groups.ts'

const entries = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, place) => ({ key: `q${from + place}` }))

/** Which group each entry is in. */
function placesOf(groups: ReturnType<RestGroups['group']>): Map<string, string> {
  return new Map(groups.flatMap(({ key, entries: all }) => all.map((one) => [one.key, key])))
}

test('R10: a conversation is in groups of six, each entry once and in order', () => {
  const all = entries(0, 20)
  const groups = new RestGroups().group(all)
  expect(groups.map(({ entries: some }) => some.length)).toEqual([6, 6, 6, 2])
  expect(groups.flatMap(({ entries: some }) => some)).toEqual(all)
  expect(new Set(groups.map(({ key }) => key)).size).toBe(4)
})

test('R10: what is in a group stays in it, whatever comes at the ends', () => {
  const groups = new RestGroups()
  let before = placesOf(groups.group(entries(50, 58)))
  for (const [from, to] of [
    [50, 59],
    [25, 59],
    [25, 75],
    [0, 75],
  ] as const) {
    const now = groups.group(entries(from, to))
    const places = placesOf(now)
    for (const [key, group] of before) expect(places.get(key)).toBe(group)
    expect(now.flatMap(({ entries: some }) => some)).toEqual(entries(from, to))
    expect(new Set(now.map(({ key }) => key)).size).toBe(now.length)
    before = places
  }
})

test('R10: groups that something comes between have names of their own', () => {
  const groups = new RestGroups()
  groups.group(entries(0, 6))
  const parted = [...entries(0, 3), ...entries(10, 30), ...entries(3, 6)]
  const now = groups.group(parted)
  expect(now.flatMap(({ entries: some }) => some)).toEqual(parted)
  expect(new Set(now.map(({ key }) => key)).size).toBe(now.length)
})
