/** Search over texts in a data folder that is older than it. */
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { append, createSession, delta, query, response } from '../contract/fixtures.ts'
import { openSqliteStore } from './sqlite-store.ts'
import { recordingLog, temporaryDir } from './sqlite-under-test.ts'

test('S26: what was said before there was a search is found once the folder is opened, and indexed once', async () => {
  const { dataDir, dispose } = temporaryDir()
  onTestFinished(dispose)
  const log = recordingLog()
  const open = () => openSqliteStore({ dataDir, log })
  const before = open()
  await createSession(before, 'a', { title: 'Élan' })
  await createSession(before, 'b')
  await append(before, 'a', [query('q', 'Wörter'), delta('m', 0, 'half'), response('m', 'whole')])
  await append(before, 'b', [query('q', 'others')])
  await before.close()
  const db = new DatabaseSync(path.join(dataDir, 'agent.db'))
  db.exec(`delete from words; update sessions set worded = 0, title_folded = upper(title);
    update events set body = '{' where session = (select key from sessions where session_id = 'b')`)
  db.close()

  const store = open()
  const found = async (search: string) => {
    const records = await store.listSessions({ userId: 'user', limit: 10, search })
    return records.map(({ sessionId }) => sessionId)
  }
  expect(await found('worter whol')).toEqual(['a'])
  expect(await found('elan')).toEqual(['a'])
  expect(await found('half')).toEqual([])
  // A row that cannot be read keeps nobody from starting.
  expect(await found('others')).toEqual([])
  await store.close()
  await open().close()
  const told = log.lines.filter(({ message }) => message.includes('can be searched now'))
  expect(told).toMatchObject([{ fields: { sessions: 2 } }])
})

test('S24: nothing of a deleted session stays among the words', async () => {
  const { dataDir, dispose } = temporaryDir()
  onTestFinished(dispose)
  const store = openSqliteStore({ dataDir, log: recordingLog() })
  await createSession(store, 'a')
  await append(store, 'a', [query('q', 'gone by then')])
  await store.deleteSession('a')
  await store.close()
  const db = new DatabaseSync(path.join(dataDir, 'agent.db'))
  expect(db.prepare('select count(*) as n from words').get()).toEqual({ n: 0 })
  db.close()
})
