/**
 * How many TCP connections one peer may hold, whatever it does or does not say on them. Used by `serve.ts`. Those
 * that are WebSockets are counted again, with an answer (`connection-limits.ts`); this one has none, and only
 * keeps a peer that opens connections and says nothing from taking all of them.
 */
import type { Server } from 'node:http'
import { BlockList, type Socket } from 'node:net'
import type { Addresses } from '../http/client-address.ts'
import type { LimitSettings } from '../settings.ts'
import type { Offences } from './offences.ts'

/** Beyond the WebSockets: HTTP requests, and those that are to be told that there is no room. */
const spare = { ofPeer: 50, ofServer: 200 }

export function guardPeers(
  http: Server,
  {
    limits,
    addresses,
    offences,
  }: {
    limits: Pick<LimitSettings, 'maxConnections' | 'maxConnectionsPerAddress'>
    addresses: Pick<Addresses, 'isProxy' | 'ofPeer'>
    offences: Pick<Offences, 'add' | 'isShut'>
  },
): void {
  const mostOfPeer = 2 * limits.maxConnectionsPerAddress + spare.ofPeer
  const peers = new Map<string, number>()
  http.maxConnections = limits.maxConnections + spare.ofServer
  // A server of HTTP takes no `blockList` among its options, and goes by one all the same.
  Object.assign(http, { blockList: new ShutOut(addresses, offences) })
  http.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (peers.get(address) ?? 0) + 1
    // A proxy has the connections of all who come by it.
    if (!addresses.isProxy(address)) {
      if (count > mostOfPeer) {
        socket.destroy()
        return
      }
    }
    peers.set(address, count)
    socket.once('close', () => {
      const left = (peers.get(address) ?? 1) - 1
      if (left > 0) peers.set(address, left)
      else peers.delete(address)
    })
  })
}

/**
 * Asked of each connection before Node makes a socket and a parser for it: an address that is shut costs a tenth that way.
 */
class ShutOut extends BlockList {
  readonly #addresses: Pick<Addresses, 'isProxy' | 'ofPeer'>
  readonly #offences: Pick<Offences, 'add' | 'isShut'>

  constructor(
    addresses: Pick<Addresses, 'isProxy' | 'ofPeer'>,
    offences: Pick<Offences, 'add' | 'isShut'>,
  ) {
    super()
    this.#addresses = addresses
    this.#offences = offences
  }

  override check(address: unknown): boolean {
    if (typeof address !== 'string') return false
    const counted = this.#addresses.ofPeer(address)
    if (!this.#offences.isShut(counted) || this.#addresses.isProxy(address)) return false
    this.#offences.add(counted)
    return true
  }
}
