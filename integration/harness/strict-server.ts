/**
 * The agent server with the limits that it has by itself, for tests of these limits. Each test comes from
 * an address of its own, so that none pays for another: the server trusts this machine as a proxy.
 */
import { z } from 'zod'
import { residentBytes } from './memory.ts'
import { openRaw, type RawSocket, upgradeLines } from './raw-socket.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { openTempFolder } from './temp-folder.ts'

/** As contract section 2 has them. */
const contractLimits = {
  MAX_CONNECTIONS: '10000',
  MAX_CONNECTIONS_PER_USER: '20',
  MAX_CONNECTIONS_PER_IP: '100',
  MAX_SUBSCRIPTIONS_PER_CONNECTION: '50',
  QUERIES_PER_MINUTE: '30',
  MESSAGES_PER_SECOND: '50',
  MAX_MESSAGE_BYTES: '65536',
  TRUST_PROXY: '127.0.0.1',
}

const guest = z.object({
  result: z.object({ data: z.object({ token: z.string(), userId: z.string() }) }),
})

export interface StrictServer extends AsyncDisposable {
  readonly server: ServerProcess
  /** Another one each time. */
  newAddress(): string
  newGuest(address?: string): Promise<{ token: string; userId: string; address: string }>
  /** A connection of a guest of its own, unless it is said otherwise, that has been answered. */
  open(options?: {
    url?: string
    token?: string | null
    address?: string
    more?: readonly string[]
  }): Promise<RawSocket>
  /** Most resident memory that the process ever had, over what it had idle. */
  growthBytes(): number
}

export async function startStrictServer(
  env: Readonly<Record<string, string>> = {},
): Promise<StrictServer> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await openTempFolder())
  const server = opened.use(
    await startServer({ dataDir: folder.path, env: { ...contractLimits, ...env } }),
  )
  let addresses = 0
  const newAddress = () => {
    addresses++
    return `198.51.${addresses >> 8}.${addresses & 255}`
  }
  const newGuest = async (address = newAddress()) => {
    const response = await fetch(`${server.url}/trpc/auth.guest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: '{}',
    })
    return { ...guest.parse(await response.json()).result.data, address }
  }
  const open: StrictServer['open'] = async ({
    url,
    token,
    address = newAddress(),
    more = [],
  } = {}) => {
    const shown = token === undefined ? (await newGuest(address)).token : token
    const socket = await openRaw(server.port, {
      lines: upgradeLines({
        ...(url !== undefined && { url }),
        more: [`X-Forwarded-For: ${address}`, ...more],
      }),
      ...(shown !== null && { token: shown }),
    })
    await socket.answered
    return socket
  }
  // Idle is what it is when all of its code has been used once.
  {
    await using warm = await open()
    warm.send({ id: 1, method: 'query', params: { path: 'info' } })
    await warm.until((text) => text.includes('agentName'))
  }
  const idleBytes = residentBytes(server.child.pid)
  const rest = opened.move()
  return {
    server,
    newAddress,
    newGuest,
    open,
    growthBytes: () => residentBytes(server.child.pid) - idleBytes,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}
