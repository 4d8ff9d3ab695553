/**
 * The schema of the embedded store and its migrations. Used by `openSqliteStore` as it opens.
 *
 * `events` is the log. A row is one event, or a run of deltas of one answer, from `seq` until `until`;
 * `answer` is set in those alone, and compaction goes by it. The newest deltas lie in `delta_journal`
 * first (see delta-journal.ts).
 */
import type { DatabaseSync } from 'node:sqlite'
import { DataDirError } from './data-dir.ts'

/** Applied in order; `user_version` counts them. Never change one that was released: add one. */
const migrations: readonly string[] = [
  `
  create table sessions (
    key integer primary key autoincrement,
    session_id text not null unique,
    user_id text not null,
    title text not null,
    title_folded text not null,
    model text not null,
    state text not null,
    created_at text not null,
    last_activity text not null,
    epoch text not null,
    last_seq integer not null,
    control_seq integer not null,
    fence integer not null
  ) strict;
  create index sessions_by_activity on sessions (user_id, last_activity desc, session_id);
  create index sessions_unfinished on sessions (session_id) where state in ('queued', 'running');

  create table events (
    session integer not null references sessions (key) on delete cascade,
    seq integer not null check (seq > 0),
    until integer not null check (until >= seq),
    answer text,
    body text not null,
    primary key (session, seq)
  ) strict, without rowid;
  create index events_of_answer on events (session, answer) where answer is not null;

  create table once_keys (
    user_id text not null,
    id text not null,
    session integer not null references sessions (key) on delete cascade,
    hash text not null,
    seq integer not null,
    reply text not null,
    primary key (user_id, id)
  ) strict, without rowid;
  create index once_keys_of_session on once_keys (session);

  create table delta_journal (
    block integer primary key,
    entries text not null
  ) strict;
  `,
  `
  create index sessions_idle on sessions (last_activity) where state = 'idle';
  create index sessions_closed on sessions (last_activity) where state = 'closed';
  `,
  `
  create table spent (
    user_id text not null,
    day text not null,
    tokens integer not null,
    cost_usd real not null,
    primary key (user_id, day)
  ) strict, without rowid;
  create index spent_by_day on spent (day);
  `,
  `
  create table revocations (
    user_id text primary key,
    until_ms integer not null
  ) strict, without rowid;

  create table notices (
    id text primary key,
    hash text not null,
    begun_at text not null
  ) strict, without rowid;
  create index notices_by_age on notices (begun_at);
  create index sessions_of_user on sessions (user_id, session_id);
  `,
  // What is there already gets its words in `catchUpWords`.
  `
  alter table sessions add column worded integer not null default 0;
  create index sessions_unworded on sessions (key) where worded = 0;

  create table words (
    session integer not null references sessions (key) on delete cascade,
    word text not null,
    primary key (session, word)
  ) strict, without rowid;
  `,
]

/** The schema that this version writes. */
export const schemaVersion = migrations.length

/** Brings the database up to `schemaVersion`, all or nothing. Throws `DataDirError` where it is newer. */
export function migrate(db: DatabaseSync, dataDir: string): void {
  db.exec('begin immediate')
  try {
    const found = Number(db.prepare('pragma user_version').get()?.user_version)
    if (found > schemaVersion) {
      throw new DataDirError(
        dataDir,
        `it was written by a newer version (schema ${found}, this one knows ${schemaVersion}). ` +
          'Update Agent WebSocket, or set DATA_DIR to another folder',
      )
    }
    for (const migration of migrations.slice(found)) db.exec(migration)
    if (found < schemaVersion) db.exec(`pragma user_version = ${schemaVersion}`)
    db.exec('commit')
  } catch (cause) {
    if (db.isTransaction) db.exec('rollback')
    throw cause
  }
}
