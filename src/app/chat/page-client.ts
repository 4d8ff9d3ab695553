/** The page's client: it asks our own route where the agent server is, and for its tokens. */
import {
  type AgentClient,
  browserStorage,
  createAgentClient,
  memoryStorage,
} from '../../client/index.ts'
import type { PageAuth } from '../page-auth.ts'
import { pacedFrames } from './paint-pace.ts'
import { SignInNeeded } from './sign-in-needed.ts'

/** What the route answers, which is ours: no more is looked at than that it is an answer. */
interface ConnectReply {
  url?: unknown
  token?: unknown
  userId?: unknown
}

const askToConnect = () => fetch('/api/connect', { method: 'POST', cache: 'no-store' })

/** The first answer is asked for before the page around it comes alive: on a slow phone that is half a second. */
let first = typeof window === 'undefined' ? null : askToConnect()
// Whoever takes it hears of it.
first?.catch(() => {})

/** Opens no socket until it is used: it may be made while the page is rendered on the server. */
export function createPageClient(auth: PageAuth): AgentClient {
  let url = ''
  /** Whose page this is. What it shows and keeps is theirs, so it never becomes another's. */
  let user = auth.mode === 'jwt' ? auth.user : null
  return createAgentClient({
    // The token is asked for first, and the address comes with it.
    url: () => url,
    async token() {
      const asked = first ?? askToConnect()
      first = null
      const response = await asked
      if (response.status === 401) throw new SignInNeeded(user === null ? 'nobody' : 'ended')
      if (!response.ok) throw new Error(`the page's server answered ${response.status}`)
      const reply: ConnectReply | null = await response.json()
      if (typeof reply?.url !== 'string' || typeof reply.token !== 'string') {
        throw new Error('the page’s server answered with neither an address nor a token')
      }
      if (typeof reply.userId === 'string') {
        user ??= reply.userId
        if (user !== reply.userId) throw new SignInNeeded('other')
      }
      if (!/^wss?:\/\//.test(reply.url)) throw new Error('the page’s server gave no address')
      url = reply.url
      return reply.token
    },
    outbox: outboxOf(auth),
    schedule: pacedFrames(),
  })
}

/** What waits is sent by whoever wrote it, and by nobody who signs in later in the same browser. */
function outboxOf(auth: PageAuth) {
  if (auth.mode === 'guest') return browserStorage({ user: 'guest' })
  return auth.user === null ? memoryStorage() : browserStorage({ user: `login:${auth.user}` })
}
