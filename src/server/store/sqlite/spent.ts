/** What users spent of the model, by day. Used by the write operations and by `openSqliteStore`. */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Spend } from '../../../core/ports/store.ts'

export interface Spent {
  /** Within a transaction. */
  add(spend: Spend): void
  of(input: { userId: string; day: string }): { tokens: number; costUsd: number }
}

const row = z.object({ tokens: z.int(), cost_usd: z.number() })
const dayMs = 24 * 60 * 60_000

export function prepareSpent(db: DatabaseSync): Spent {
  const insert = db.prepare(
    `insert into spent (user_id, day, tokens, cost_usd) values (?, ?, ?, ?)
      on conflict (user_id, day) do update set
        tokens = tokens + excluded.tokens, cost_usd = cost_usd + excluded.cost_usd`,
  )
  const select = db.prepare('select tokens, cost_usd from spent where user_id = ? and day = ?')
  const forget = db.prepare('delete from spent where day < ?')
  let today = ''
  return {
    add({ userId, day, tokens, costUsd }) {
      // The day before stays: a clock may be set back, and a turn may end as the day does.
      if (day > today) forget.run(new Date(Date.parse(day) - dayMs).toISOString().slice(0, 10))
      today = day
      insert.run(userId, day, tokens, costUsd)
    },
    of({ userId, day }) {
      const found = select.get(userId, day)
      if (!found) return { tokens: 0, costUsd: 0 }
      const { tokens, cost_usd: costUsd } = row.parse(found)
      return { tokens, costUsd }
    },
  }
}
