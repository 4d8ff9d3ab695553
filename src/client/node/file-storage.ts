/**
 * An outbox storage on disk, for programs in Node: `agent-websocket/client/file-storage`, apart from the
 * client, so that browsers load nothing of it.
 *
 * `path` is a folder, with a small file for each entry, as each entry has a key of its own in
 * `browserStorage`: programs that share the folder overwrite nothing of each other's. Two of them may send the
 * same entry; its id makes the second a repeat.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { OutboxEntry } from '../outbox-entry.ts'
import { parseEntry } from '../outbox-schema.ts'
import type { OutboxStorage } from '../outbox-storage.ts'

/** One folder a user: what is in it is sent by whoever opens it. It is made where there is none. */
export function fileStorage(path: string): OutboxStorage {
  /** The last change of each entry, so that a later one waits for it. */
  const changes = new Map<string, Promise<void>>()
  const inTurn = (id: string, change: () => Promise<void>): Promise<void> => {
    const before = changes.get(id) ?? Promise.resolve()
    // Whoever asked for the change before has heard of its failure.
    const after = before.catch(() => {}).then(change)
    changes.set(id, after)
    const forget = () => {
      if (changes.get(id) === after) changes.delete(id)
    }
    after.then(forget, forget)
    return after
  }
  const fileOf = (id: string) => join(path, `${encodeURIComponent(id)}.json`)
  return {
    async load() {
      const names = await namesIn(path)
      const entries = await Promise.all(
        names.filter((name) => name.endsWith('.json')).map((name) => read(join(path, name))),
      )
      return entries.flatMap((entry) => entry ?? [])
    },
    put: (entry) => inTurn(entry.id, () => write(path, fileOf(entry.id), JSON.stringify(entry))),
    remove: (id) => inTurn(id, () => rm(fileOf(id), { force: true })),
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (isMissing(cause)) return []
    throw cause
  }
}

/** Null where another program has removed it meanwhile, or where it is no entry of this version. */
async function read(file: string): Promise<OutboxEntry | null> {
  try {
    return parseEntry(await readFile(file, 'utf8'))
  } catch (cause) {
    if (isMissing(cause)) return null
    throw cause
  }
}

/** On disk, whole or not at all: what people wrote outlives a crash, and nobody else may read it. */
async function write(folder: string, file: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const unfinished = `${file}.${crypto.randomUUID()}`
  try {
    const handle = await open(unfinished, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(unfinished, file)
  } catch (cause) {
    await rm(unfinished, { force: true })
    throw cause
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
}
