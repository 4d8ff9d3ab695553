/**
 * Gives the log of every session another epoch: what an operator does who put an older copy of Redis back. What is
 * gone then is in nobody's memory any more, so no count can find it (docs/decisions/082). Used by the command line.
 */
import { Cluster, type Redis } from 'ioredis'
import type { Logger } from '../../../core/ports/log.ts'
import { systemIds } from '../../system.ts'
import type { RedisConnection } from './connection.ts'
import { createKeys } from './keys.ts'
import { createLog } from './log.ts'

const pageSize = 500
const quiet: Logger = { info() {}, warn() {}, error() {} }

/** Resolves with the number of sessions. Agent servers may run meanwhile. */
export async function beginNewEpochs(
  connection: RedisConnection,
  { prefix }: { prefix: string },
): Promise<number> {
  const keys = createKeys(prefix)
  const log = createLog(connection, { keys, newEpoch: systemIds.epoch, logger: quiet })
  const { client } = connection
  const nodes = client instanceof Cluster ? client.nodes('master') : [client]
  const done = new Set<string>()
  for (const node of nodes) {
    for await (const sessionId of sessionsOn(node, prefix)) {
      const head = done.has(sessionId) ? null : await log.head(sessionId)
      done.add(sessionId)
      if (head) await log.mend(sessionId, { epoch: head.epoch, seq: head.lastSeq })
    }
  }
  return done.size
}

/** As `keys.ts` names them; the same one may come twice. */
async function* sessionsOn(node: Redis, prefix: string): AsyncGenerator<string> {
  const [before, after] = [`${prefix}:{`, '}:h']
  let cursor = '0'
  do {
    const [next, found] = await node.scan(cursor, 'MATCH', `${before}*${after}`, 'COUNT', pageSize)
    cursor = next
    for (const key of found) {
      const tag = key.slice(before.length, -after.length)
      if (tag === 'revoked' || tag === 'notices') continue
      yield tag.startsWith('%') ? Buffer.from(tag.slice(1), 'base64url').toString() : tag
    }
  } while (cursor !== '0')
}
