/** The data folder: private, one process, one clear message where it cannot be used. */
import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { append, createSession, note, readAll } from '../contract/fixtures.ts'
import { DataDirError, DataDirInUseError } from './data-dir.ts'
import { schemaVersion } from './schema.ts'
import { openSqliteStore } from './sqlite-store.ts'
import { openSqliteUnderTest, recordingLog, temporaryDir } from './sqlite-under-test.ts'

function newDir(): string {
  const { dataDir, dispose } = temporaryDir()
  onTestFinished(dispose)
  return dataDir
}

const open = (dataDir: string) => openSqliteStore({ dataDir, log: recordingLog() })
const modeOf = (file: string) => (fs.statSync(file).mode & 0o777).toString(8)

/** What opening throws. */
function refusal(dataDir: string): unknown {
  try {
    void open(dataDir).close()
  } catch (cause) {
    return cause
  }
  throw new Error('the store was opened')
}

async function changed(dataDir: string, sql: string): Promise<void> {
  const store = open(dataDir)
  await createSession(store, 's1')
  await append(store, 's1', [note('secret words')])
  await store.close()
  const db = new DatabaseSync(path.join(dataDir, 'agent.db'))
  db.exec(sql)
  db.close()
}

test('the folder is 0700 and its files are 0600, whatever the umask', async () => {
  const umask = process.umask(0o000)
  onTestFinished(() => void process.umask(umask))
  const dataDir = path.join(newDir(), 'deep')
  const store = open(dataDir)
  await createSession(store, 's1')
  expect(modeOf(dataDir)).toBe('700')
  const files = fs.readdirSync(dataDir)
  expect(files.sort()).toEqual(['agent.db', 'agent.db-shm', 'agent.db-wal', 'agent.lock'])
  for (const file of files) expect([file, modeOf(path.join(dataDir, file))]).toEqual([file, '600'])
  await store.close()
  expect(fs.readdirSync(dataDir).sort()).toEqual(['agent.db', 'agent.lock'])
})

test('files of an open folder are closed to others, and the operator is told of the folder', async () => {
  const dataDir = newDir()
  fs.mkdirSync(dataDir)
  fs.chmodSync(dataDir, 0o755)
  fs.writeFileSync(path.join(dataDir, 'agent.db'), '', { mode: 0o644 })
  const log = recordingLog()
  await openSqliteStore({ dataDir, log }).close()
  expect(modeOf(path.join(dataDir, 'agent.db'))).toBe('600')
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { dataDir } }])
})

test('a second store on the folder is refused until the first is closed', async () => {
  const dataDir = newDir()
  const first = open(dataDir)
  const cause = refusal(dataDir)
  expect(cause).toBeInstanceOf(DataDirInUseError)
  expect(cause).toMatchObject({
    message: `The data folder ${dataDir} is in use by another agent server. Stop that one, or set DATA_DIR to another folder.`,
  })
  await createSession(first, 's1')
  expect(refusal(dataDir)).toBeInstanceOf(DataDirInUseError)
  await first.close()
  const second = open(dataDir)
  expect(await second.getSession('s1')).not.toBeNull()
  await second.close()
})

test('a folder that cannot be used is one line', () => {
  const dataDir = newDir()
  fs.mkdirSync(path.dirname(dataDir), { recursive: true })
  fs.writeFileSync(dataDir, 'a file')
  for (const place of [dataDir, path.join(dataDir, 'below')]) {
    const cause = refusal(place)
    expect(cause).toBeInstanceOf(DataDirError)
    expect(String(cause)).toMatch(
      /^DataDirError: The data folder \S+ cannot be used: E\w+: [^\n]+\.$/,
    )
  }
})

test('a file that is no database is one line', () => {
  const dataDir = newDir()
  fs.mkdirSync(dataDir, { mode: 0o700 })
  fs.writeFileSync(path.join(dataDir, 'agent.db'), 'not a database at all, '.repeat(100))
  expect(String(refusal(dataDir))).toMatch(/cannot be used: file is not a database\.$/)
  // And the folder is free again.
  fs.rmSync(path.join(dataDir, 'agent.db'))
  void open(dataDir).close()
})

test('S10: a newer schema is refused, and left as it is', async () => {
  const dataDir = newDir()
  await changed(dataDir, `pragma user_version = ${schemaVersion + 1}`)
  const cause = refusal(dataDir)
  expect(cause).toBeInstanceOf(DataDirError)
  expect(String(cause)).toContain('written by a newer version')
  const db = new DatabaseSync(path.join(dataDir, 'agent.db'))
  expect(db.prepare('pragma user_version').get()).toEqual({ user_version: schemaVersion + 1 })
  db.close()
})

test('S10: a folder that an older version left is migrated, and sessions at rest are found by an index', async () => {
  const dataDir = newDir()
  const undo = `
    drop index sessions_idle; drop index sessions_closed; drop index sessions_of_user;
    drop table spent; drop table revocations; drop table notices;
    drop table words; drop index sessions_unworded; alter table sessions drop column worded;
    pragma user_version = 1`
  await changed(dataDir, undo)
  const store = open(dataDir)
  const [before, limit] = ['9999', 10]
  expect(await store.idleSince({ before, limit })).toEqual(['s1'])
  expect(await readAll(store, 's1')).toHaveLength(1)
  await store.close()
  const db = new DatabaseSync(path.join(dataDir, 'agent.db'))
  for (const state of ['idle', 'closed']) {
    const plan = db.prepare(
      `explain query plan select session_id from sessions
        where state = '${state}' and last_activity < ? order by last_activity limit ?`,
    )
    expect(plan.all(before, limit)).toMatchObject([
      { detail: expect.stringContaining(`USING INDEX sessions_${state} (last_activity<?)`) },
    ])
  }
  db.close()
})

test('a row that cannot be read names its session and number, and not its content', async () => {
  const dataDir = newDir()
  for (const body of ['{"type":"notification","content":"secret"}', '"secret', '[]']) {
    fs.rmSync(dataDir, { recursive: true, force: true })
    await changed(dataDir, `update events set body = '${body}'`)
    const store = open(dataDir)
    const reading = readAll(store, 's1')
    await expect(reading).rejects.toThrow('event 1 of session s1 on disk is not readable')
    await expect(reading).rejects.not.toThrow('secret')
    await store.close()
  }
})

test('a block of the journal that cannot be read ends the start with its number', async () => {
  const dataDir = newDir()
  await changed(dataDir, `insert into delta_journal values (7, '[[1, "secret", 3]]')`)
  const cause = String(refusal(dataDir))
  expect(cause).toContain('block 7 of the delta journal')
  expect(cause).not.toContain('secret')
})

test('after close the log is in one file, and closing twice is once', async () => {
  const subject = await openSqliteUnderTest()
  onTestFinished(subject.dispose)
  await createSession(subject.store, 's1')
  await Promise.all([subject.store.close(), subject.store.close()])
  const db = new DatabaseSync(path.join(subject.dataDir, 'agent.db'), { readOnly: true })
  expect(db.prepare('select count(*) as n from sessions').get()).toEqual({ n: 1 })
  expect(db.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
  db.close()
})
