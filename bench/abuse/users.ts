/**
 * Users who keep within the limits, and how long their calls take, commits among them: each call has its time, and is
 * late from then on, whatever came before it. A process of its own, started by the scenario `abuse`.
 */
import { nowUs } from '../clock.ts'
import { Histogram } from '../histogram.ts'
import { openTrpcSocket, type TrpcSocket } from '../load/dialects/trpc-socket.ts'
import { serve } from '../rpc.ts'

/** Calls of each, a second: within what one socket may. */
const callsPerSecond = 40

interface User {
  socket: TrpcSocket
  sessionId: string
}

const users: User[] = []
let faults = 0

async function openUser(port: number): Promise<User> {
  const response = await fetch(`http://127.0.0.1:${port}/trpc/auth.guest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const { result } = (await response.json()) as { result: { data: { token: string } } }
  const socket = await openTrpcSocket({
    port,
    path: '/trpc',
    connectionParams: { token: result.data.token },
    onData: () => undefined,
    onFault: () => {
      faults++
    },
  })
  const { sessionId } = (await socket.mutate('session.create', {})) as { sessionId: string }
  return { socket, sessionId }
}

function callOf({ socket, sessionId }: User, number: number): Promise<unknown> {
  const title = `Title ${number}`
  return number % 3 === 0
    ? socket.mutate('session.update', { sessionId, title })
    : socket.query(number % 3 === 1 ? 'session.history' : 'session.get', { sessionId })
}

const verbs = {
  /** Opens so many users, with a session each. */
  async open({ port, count }: { port: number; count: number }): Promise<void> {
    users.push(...(await Promise.all(Array.from({ length: count }, () => openUser(port)))))
  },

  /** Calls for so long, and says how long 99 of 100 took. */
  async measure({ seconds }: { seconds: number }): Promise<{
    p99Ms: number
    calls: number
    faults: number
  }> {
    const delays = new Histogram()
    const before = faults
    const pending: Promise<void>[] = []
    const beginUs = nowUs()
    const all = seconds * callsPerSecond * users.length
    const gapUs = 1e6 / (callsPerSecond * users.length)
    for (let number = 0; number < all; ) {
      for (; number < all && beginUs + number * gapUs <= nowUs(); number++) {
        const dueUs = beginUs + number * gapUs
        const user = users[number % users.length]
        if (!user) continue
        const told = callOf(user, number).then(
          () => delays.record(Math.round(nowUs() - dueUs)),
          () => {
            faults++
          },
        )
        pending.push(told)
      }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await Promise.all(pending)
    return { p99Ms: delays.percentile(99) / 1000, calls: delays.count, faults: faults - before }
  },
}

export type UsersVerbs = typeof verbs

serve(verbs)
