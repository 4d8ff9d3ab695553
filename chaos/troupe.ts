/**
 * The users of a schedule: each with a client behind a network of its own, some sessions, and readers of every
 * session. Used by the runner.
 */
import { randomUUID } from 'node:crypto'
import { httpCalls } from '../integration/harness/http-calls.ts'
import { type AgentClient, createAgentClient, type SessionHandle } from '../src/client/index.ts'
import { openTcpProxy, type TcpProxy } from '../src/client/testing/tcp-proxy.ts'
import type { Clock } from '../src/core/ports/clock.ts'
import { Follower } from './follower.ts'
import { Given } from './given.ts'
import type { Receipt, Refusal } from './observations.ts'
import type { Schedule } from './schedule.ts'
import type { Door, Stage } from './stage.ts'
import { tokenFor } from './token.ts'

export interface Player {
  client: AgentClient
  /** Of the client. */
  proxy: TcpProxy
  /** Of the bare followers. */
  bareProxy: TcpProxy
  token: string
  calls: ReturnType<typeof httpCalls>
}

export interface Scene {
  name: string
  player: Player
  session: SessionHandle
  /** One at each server itself, by a network that nothing happens to. */
  near: readonly Given[]
  /** The first of these. */
  eyes: Given
  readers: Given[]
  receipts: Receipt[]
  refusals: Refusal[]
  /** One more reader, from the first event on. */
  read(): void
}

export interface Troupe extends AsyncDisposable {
  players: Player[]
  scenes: Scene[]
}

/** The client waits as its users would, and ten times as fast: a schedule is short. */
const haste = 10
const hastyClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs / haste)
    return () => clearTimeout(timer)
  },
}
/** Before the haste. A connection that is silent is found dead in less than a second. */
const times = { connectMs: 8000, silenceMs: 4000, answerMs: 4000 }

export async function openTroupe(stage: Stage, { sessions }: Schedule): Promise<Troupe> {
  // Not moved out of here when all is open: readers join later.
  const opened = new AsyncDisposableStack()
  const close = () => opened.disposeAsync()
  try {
    const users = Array.from({ length: Math.max(...sessions) + 1 }, () => openPlayer(stage, opened))
    const players = await Promise.all(users)
    const scenes = sessions.map(async (user, index) => {
      const player = players[user]
      if (!player) throw new Error(`there is no user ${user}`)
      const session = await player.client.sessions.create()
      return openScene({ name: `s${index}`, player, session, stage }, opened)
    })
    return { players, scenes: await Promise.all(scenes), [Symbol.asyncDispose]: close }
  } catch (cause) {
    await close()
    throw cause
  }
}

async function openPlayer(stage: Stage, opened: AsyncDisposableStack): Promise<Player> {
  const token = await tokenFor(`chaos-${randomUUID()}`)
  const proxy = opened.use(await openTcpProxy({ targetPort: stage.port }))
  const bareProxy = opened.use(await openTcpProxy({ targetPort: stage.port }))
  const client = createAgentClient({
    url: `ws://127.0.0.1:${proxy.port}/trpc`,
    token: () => token,
    clock: hastyClock,
    times,
  })
  opened.defer(() => client.close())
  return { client, proxy, bareProxy, token, calls: httpCalls(stage.url, token) }
}

function openScene(
  { name, player, session, stage }: Pick<Scene, 'name' | 'player' | 'session'> & { stage: Stage },
  opened: AsyncDisposableStack,
): Scene {
  const { sessionId } = session
  const { token } = player
  const isBack = () => stage.isBack()
  const follow = (at: Door) => opened.use(new Follower({ ...at, token, sessionId })).given
  const bare = (reader: string) => follow({ reader, port: player.bareProxy.port, isBack })
  const near = stage.doors.map(follow)
  const [eyes] = near
  if (!eyes) throw new Error('a stage has a door')
  const readers = [...near, bare('bare'), throughClient(session, opened)]
  let late = 0
  return {
    name,
    player,
    session,
    near,
    eyes,
    readers,
    receipts: [],
    refusals: [],
    read() {
      readers.push(bare(`late ${++late}`))
    },
  }
}

function throughClient(session: SessionHandle, opened: AsyncDisposableStack): Given {
  const given = new Given('client')
  const leaving = new AbortController()
  const read = async () => {
    for await (const event of session.events({ signal: leaving.signal })) given.add(event)
  }
  // Its end is seen in what it does not give.
  read().catch(() => {})
  opened.defer(() => leaving.abort())
  return given
}
