/**
 * The entries of a conversation in groups of a few, which the browser skips together while they are out of sight:
 * it looks at each whenever something moves, so there should not be hundreds. Pure; used by the conversation.
 */

interface Entry {
  readonly key: string
}

export interface RestGroup<T extends Entry> {
  /** The same as long as any of them is in it. */
  key: string
  entries: readonly T[]
}

const groupSize = 6

/** Groups one conversation, again and again as it grows at both ends: what is in a group stays in it. */
export class RestGroups {
  #known = new Map<string, number>()
  #next = 0

  group<T extends Entry>(entries: readonly T[]): RestGroup<T>[] {
    const runs: { id: number; entries: T[] }[] = []
    for (const entry of entries) {
      const id = this.#known.get(entry.key)
      const run = runs.at(-1)
      const joins =
        id === undefined
          ? // At the end it fills up a group; in front of one that is known it begins its own.
            run && run.entries.length < groupSize
          : run?.id === id
      if (run && joins) run.entries.push(entry)
      else runs.push({ id: id ?? this.#next++, entries: [entry] })
    }
    const known = new Map<string, number>()
    const used = new Set<number>()
    const groups = runs.map((run) => {
      // What stood together once may be parted by what came between.
      const id = used.has(run.id) ? this.#next++ : run.id
      used.add(id)
      for (const { key } of run.entries) known.set(key, id)
      return { key: String(id), entries: run.entries }
    })
    this.#known = known
    return groups
  }
}
