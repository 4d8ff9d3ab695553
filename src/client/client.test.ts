/** The client against the whole server in this process. */
import { expect, test } from 'vitest'
import { openRig } from './testing/rig.ts'
import { when } from './testing/when.ts'

test('ask: the text streams, the end is whole', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const session = await agent.sessions.create({ title: 'Release notes' })
  expect(session.created.title).toBe('Release notes')
  rig.simulator.next({ tokens: ['Hello', ', ', 'world'] })
  const answer = session.ask('Greet me')
  const pieces: string[] = []
  for await (const piece of answer) pieces.push(piece)
  const end = await answer.done
  expect(pieces.join('')).toBe('Hello, world')
  expect(end).toMatchObject({ content: 'Hello, world', finishReason: 'stop' })
  await session.feedback(answer, 'up')
  const { messages } = await agent.sessions.history(session.sessionId)
  expect(messages.map(({ content, rating }) => ({ content, rating }))).toEqual([
    { content: 'Greet me', rating: undefined },
    { content: 'Hello, world', rating: 'up' },
  ])
})

test('a view shows the conversation from the message sent to the answer done', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const session = await agent.sessions.create()
  const view = session.view()
  await when(view, ({ phase }) => phase === 'live')
  rig.simulator.next({ text: 'an answer' })
  await session.send('a question')
  const { items } = await when(view, ({ items: all, running }) => {
    const last = all.at(-1)
    return running === null && last?.kind === 'message' && last.message.state === 'done'
  })
  expect(items.map((item) => (item.kind === 'message' ? item.message.content : item.kind))).toEqual(
    ['notice', 'a question', 'an answer'],
  )
})

test('a read ends with its signal, connected or not, and nothing of it is left', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const { sessionId } = await agent.sessions.create()
  expect(
    await agent.sessions.get(sessionId, { signal: new AbortController().signal }),
  ).toMatchObject({
    sessionId,
  })
  const offline = rig.client({ token: () => new Promise<string>(() => {}) })
  const { sessions } = offline
  const leaving = new AbortController()
  const { signal } = leaving
  const reads = [
    sessions.list({}, { signal }),
    sessions.get(sessionId, { signal }),
    sessions.history(sessionId, { signal }),
    sessions.export(sessionId, 'json', { signal }),
  ].map((read) =>
    read.then(
      () => null,
      (cause: unknown) => cause,
    ),
  )
  const reason = new Error('gone elsewhere')
  leaving.abort(reason)
  expect(await Promise.all(reads)).toEqual([reason, reason, reason, reason])
  await expect(sessions.list({}, { signal })).rejects.toBe(reason)
})
