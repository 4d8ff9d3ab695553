/**
 * A TCP proxy that tests put between a client and a server, to do to the connection what networks do.
 * Used by the tests of the client, of faults, and by the tester's kit (src/testing).
 */
import { connect, createServer, type Socket } from 'node:net'
import { isUpgrade, meetUpgrade, type UpgradeBlock } from './upgrade-block.ts'

export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** Connections that were ever taken. */
  readonly connections: number
  /** Pairs that are open now. */
  readonly open: number
  /** Breaks all connections at once, as a network that goes away and says so. */
  cutAll(): void
  /** Passes nothing on any more, in either direction, not even that a side went: a cable that was pulled. */
  pause(): void
  resume(): void
  /** While on, what the server says is lost, and what the client says arrives. */
  muteServer(on: boolean): void
  /** While on, whoever connects is sent away. */
  refuse(on: boolean): void
  /** Cuts each connection after so many bytes from the server, chosen anew for each; null for never. */
  cutAfter(bytes: (() => number) | null): void
  /** What is open now becomes a hole: all that either side says is lost, and neither is told. New ones work. */
  swallow(): void
  /** Everything arrives so much later, in both directions; 0 for at once. */
  slow(delayMs: number): void
  /** The first time that the server says this, what stands before it passes, and the connection is cut; null: not any more. */
  cutBefore(what: { find(said: string): number; onCut(): void } | null): void
  /** Where connections lead from now on; null: nowhere, they are sent away. */
  leadTo(port: number | null): void
  /** The next thing from the server in which this is found is lost, and its connection cut. */
  loseReply(pattern: RegExp, onLost: () => void): void
  /** From now on no WebSocket comes through, and HTTP does; null: it does again. What is open stays. */
  blockUpgrades(how: UpgradeBlock | null): void
  /** Upgrades that were asked for. */
  readonly upgrades: number
  /** Ends all that was asked for above, and cuts what was swallowed. */
  heal(): void
  close(): Promise<void>
}

interface Pair {
  near: Socket
  far: Socket
  /** Nothing passes any more, and nobody is told. */
  isHole: boolean
  /** One side went while nothing passed: the other is told when it does again. */
  isBroken: boolean
}

const none = Buffer.alloc(0)

export async function openTcpProxy({
  targetPort,
  port = 0,
}: {
  targetPort: number | null
  port?: number
}): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  const held = new Set<Socket>()
  let paused = false
  let delayMs = 0
  let lossy: { pattern: RegExp; onLost: () => void } | null = null
  let leadsTo = targetPort
  let cutting: Parameters<TcpProxy['cutBefore']>[0] = null
  let refusing = false
  let muted = false
  let connections = 0
  let upgrades = 0
  let block: UpgradeBlock | null = null
  let limit: (() => number) | null = null

  const server = createServer({ noDelay: true }, (near) => {
    connections++
    near.on('error', () => {})
    if (refusing) near.resetAndDestroy()
    else if (paused) hold(near)
    else take(near)
  })

  /** Until `resume`: whether there is a server behind a cable that was pulled, nobody can tell. */
  function hold(near: Socket) {
    held.add(near)
    near.on('close', () => held.delete(near))
  }

  function take(near: Socket) {
    if (leadsTo === null) {
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: leadsTo, host: '127.0.0.1', noDelay: true })
    const pair = { near, far, isHole: false, isBroken: false }
    pairs.add(pair)
    let left = limit?.() ?? Number.POSITIVE_INFINITY
    let isUpgraded = false
    let answersLeft = Number.POSITIVE_INFINITY
    const toServer = inOrder((bytes) => {
      if (!pairs.has(pair) || pair.isHole) return
      if (!isUpgraded && isUpgrade(bytes)) onUpgrade(bytes)
      else far.write(bytes)
    })
    const onUpgrade = (bytes: Buffer) => {
      upgrades++
      isUpgraded = true
      const met = block ? meetUpgrade(block, bytes) : ({ act: 'pass', bytes } as const)
      switch (met.act) {
        case 'pass':
          far.write(met.bytes)
          return
        case 'answer':
          near.write(met.text)
          cut(pair)
          return
        case 'mute':
          answersLeft = 1
          far.write(bytes)
          return
        case 'hang':
          pair.isHole = true
      }
    }
    const toClient = inOrder((bytes) => {
      if (muted || !pairs.has(pair) || pair.isHole || answersLeft-- <= 0) return
      if (lossy?.pattern.test(bytes.toString('latin1'))) {
        lossy.onLost()
        lossy = null
        cut(pair)
        return
      }
      const found = cutting?.find(bytes.toString('latin1')) ?? -1
      if (cutting && found >= 0) {
        near.write(bytes.subarray(0, found))
        cutting.onCut()
        cutting = null
        cut(pair)
        return
      }
      near.write(bytes.subarray(0, left))
      left -= bytes.length
      if (left <= 0) cut(pair)
    })
    near.on('data', toServer)
    far.on('data', toClient)
    const onGone = () => {
      if (paused) pair.isBroken = true
      else cut(pair)
    }
    for (const socket of [near, far]) {
      socket.on('error', onGone)
      socket.on('close', onGone)
    }
  }

  /** Later by the delay that holds when something comes, and never before what came before it. */
  function inOrder(pass: (bytes: Buffer) => void): (bytes: Buffer) => void {
    const under: { bytes: Buffer; dueMs: number }[] = []
    const flush = () => {
      while (under[0] && under[0].dueMs <= performance.now() + 1) pass(under.shift()?.bytes ?? none)
      if (under[0]) setTimeout(flush, under[0].dueMs - performance.now())
    }
    return (bytes) => {
      if (delayMs === 0 && under.length === 0) return pass(bytes)
      under.push({ bytes, dueMs: performance.now() + delayMs })
      if (under.length === 1) setTimeout(flush, delayMs)
    }
  }

  function cut(pair: Pair) {
    if (!pairs.delete(pair)) return
    // What was written goes out first: a cut is between two bytes, not a loss of earlier ones.
    pair.near.destroySoon()
    pair.far.destroy()
  }

  function resume() {
    paused = false
    for (const pair of [...pairs]) {
      if (pair.isBroken) cut(pair)
      pair.near.resume()
      pair.far.resume()
    }
    for (const near of held) take(near)
    held.clear()
  }

  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const near of held) near.destroy()
      for (const pair of [...pairs]) {
        pairs.delete(pair)
        pair.near.destroy()
        pair.far.destroy()
      }
    })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    port: address.port,
    get connections() {
      return connections
    },
    get open() {
      return pairs.size
    },
    cutAll() {
      for (const pair of [...pairs]) cut(pair)
    },
    pause() {
      paused = true
      for (const { near, far } of pairs) {
        near.pause()
        far.pause()
      }
    },
    resume,
    muteServer(on) {
      muted = on
    },
    refuse(on) {
      refusing = on
    },
    cutAfter(bytes) {
      limit = bytes
    },
    get upgrades() {
      return upgrades
    },
    blockUpgrades(how) {
      block = how
    },
    swallow() {
      for (const pair of pairs) pair.isHole = true
    },
    slow(ms) {
      delayMs = ms
    },
    loseReply(pattern, onLost) {
      lossy = { pattern, onLost }
    },
    cutBefore(what) {
      cutting = what
    },
    leadTo(next) {
      leadsTo = next
    },
    heal() {
      cutting = null
      delayMs = 0
      lossy = null
      limit = null
      block = null
      refusing = false
      muted = false
      for (const pair of [...pairs]) if (pair.isHole) cut(pair)
      if (paused) resume()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
