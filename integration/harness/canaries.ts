/**
 * Canaries: words that nobody else says, planted in what must not leak, and searched for wherever something
 * could come out. Each says where it may be. Found in plain text, in base64 at any offset, in hexadecimal and
 * backwards. Used by the leak tests, of processes and of the page.
 */
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Canary {
  name: string
  value: string
  /** Where it may be: anywhere else it is a leak. */
  mayBeIn: readonly string[]
}

export interface Sighting {
  canary: string
  place: string
  /** How it was written there. */
  as: string
}

/** A word that cannot be there by chance. Fit for a key, a header and a sentence. */
export function newCanary(name: string, ...mayBeIn: string[]): Canary {
  return { name, value: `canary${randomBytes(20).toString('hex')}`, mayBeIn }
}

export class CanarySearch {
  readonly #canaries: readonly { canary: Canary; spellings: [string, string][] }[]
  readonly #sightings: Sighting[] = []
  /** What was looked through, in bytes by place: a search of nothing finds nothing. */
  readonly searched = new Map<string, number>()

  constructor(canaries: readonly Canary[]) {
    this.#canaries = canaries.map((canary) => ({ canary, spellings: spellingsOf(canary.value) }))
  }

  look(place: string, text: string | Buffer): void {
    const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text)
    this.searched.set(place, (this.searched.get(place) ?? 0) + bytes.length)
    for (const { canary, spellings } of this.#canaries) {
      for (const [as, spelling] of spellings) {
        if (bytes.includes(spelling)) this.#sightings.push({ canary: canary.name, place, as })
      }
    }
  }

  /** All files of a folder and those below; `placeOf` names the place of each, null leaves it out. */
  async lookThrough(folder: string, placeOf: (name: string) => string | null): Promise<void> {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const place = entry.isFile() ? placeOf(entry.name) : null
      if (place !== null) this.look(place, await readFile(join(entry.parentPath, entry.name)))
    }
  }

  /** Sightings where the canary may not be. */
  leaks(): Sighting[] {
    return this.#sightings.filter(({ canary, place }) => {
      const known = this.#canaries.find((one) => one.canary.name === canary)
      return !known?.canary.mayBeIn.includes(place)
    })
  }

  /** Places where it was expected and is not: the search does not reach them, or it was never planted. */
  unseen(): { canary: string; place: string }[] {
    return this.#canaries.flatMap(({ canary: { name, mayBeIn } }) =>
      mayBeIn
        .filter((place) => !this.#sightings.some((it) => it.canary === name && it.place === place))
        .map((place) => ({ canary: name, place })),
    )
  }
}

function spellingsOf(value: string): [string, string][] {
  const hex = Buffer.from(value).toString('hex')
  return [
    ['plain text', value],
    ['hexadecimal', hex],
    ['hexadecimal', hex.toUpperCase()],
    ['backwards', [...value].toReversed().join('')],
    ...[0, 1, 2].map((offset): [string, string] => ['base64', base64Within(value, offset)]),
  ]
}

/** What of the base64 of a longer text is this value's alone, where it begins at that offset of three. */
function base64Within(value: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)])
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64')
  return whole.slice(offset === 0 ? 0 : 4)
}
