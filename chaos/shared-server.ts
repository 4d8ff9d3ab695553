/**
 * One agent server of a shared stage, with a link of its own to Redis: killed, stopped, frozen, put into another time
 * of day, and started again at the same port. Used by the shared stage.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { waitedMs } from '../integration/harness/cpu-wait.ts'
import { residentBytes } from '../integration/harness/memory.ts'
import { type ServerProcess, startServer } from '../integration/harness/server-process.ts'
import type { SimulatorProcess } from '../integration/harness/simulator-process.ts'
import type { TcpProxy } from '../src/client/testing/tcp-proxy.ts'
import type { Policy, StepOf } from './schedule.ts'
import { clockArgs, complaintIn, type Outage, passed, stageEnv } from './stage.ts'
import { authSecret } from './token.ts'

export type LinkFault = StepOf<'link-cut' | 'link-down' | 'link-stall' | 'link-mute' | 'link-lose'>

/** What Redis says of a commit. */
const committed = /\$8\r\nappended/
/** Without Redis a server does not start; an operator starts it again, until the link is there. */
const startTries = { most: 30, eachMs: 300 }

interface Parts {
  name: string
  folder: string
  port: number
  link: TcpProxy
  simulator: SimulatorProcess
}

export class SharedServer {
  readonly port: number
  peakBytes = 0
  onOutage: (outage: Outage) => void = () => {}
  onBroken: (detail: string) => void = () => {}
  readonly #parts: Parts
  readonly #cut = new WeakSet<ServerProcess>()
  #server: ServerProcess | null = null
  #policy: Policy = 'restart'
  /** What is done to the process is done one after the other. */
  #queue: Promise<unknown> = Promise.resolve()
  #linkFaults: Promise<unknown> = Promise.resolve()
  #back = Promise.withResolvers<void>()
  #offsetMs = 0
  #starvedMs = 0
  #starvedBeforeMs = 0

  constructor(parts: Parts) {
    this.port = parts.port
    this.#parts = parts
  }

  /** What the machine kept it waiting since `begin`. */
  get starvedMs(): number {
    const now = this.#server ? waitedMs(this.#server.child.pid) : this.#starvedBeforeMs
    return this.#starvedMs + now - this.#starvedBeforeMs
  }

  async isBack(): Promise<void> {
    await this.#back.promise
  }

  async start(policy: Policy): Promise<void> {
    this.#policy = policy
    await this.#setClock(0)
    await this.#start()
  }

  /** A schedule begins. */
  begin(): void {
    this.#starvedMs = 0
    this.#starvedBeforeMs = this.#server ? waitedMs(this.#server.child.pid) : 0
  }

  kill(): Promise<void> {
    return this.#outage('kill', (server) => server.kill())
  }

  /** SIGTERM, as a deployment has it. */
  terminate(): Promise<void> {
    return this.#outage('stop', async (server) => {
      const { code, signal, stderr } = await server.stop()
      if (code === 0) return
      this.onBroken(
        `SIGTERM ended ${this.#parts.name} with ${code ?? signal}: ${stderr.slice(-500)}`,
      )
    })
  }

  /** SIGSTOP, and SIGCONT so much later. */
  freeze(forMs: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#server?.child.signal('SIGSTOP')
      await passed(forMs)
      this.#server?.child.signal('SIGCONT')
    })
  }

  jump(minutes: number): Promise<void> {
    return this.#inTurn(() => this.#jumpTo(this.#offsetMs + minutes * 60_000))
  }

  /** Not in turn: a server may well be killed while Redis is out of its reach. */
  breakLink(fault: LinkFault, happened: () => void): Promise<void> {
    const over = this.#breakLink(fault, happened)
    this.#linkFaults = Promise.all([this.#linkFaults, over])
    return over
  }

  async heal(): Promise<void> {
    await this.#linkFaults
    this.#parts.link.heal()
    await this.#inTurn(() => this.#jumpTo(0))
  }

  look(): void {
    if (!this.#server) return
    this.#measure(this.#server)
    this.#note(this.#server)
  }

  async end(): Promise<void> {
    await this.#queue
    const server = this.#server
    if (!server) return
    this.look()
    this.#cut.add(server)
    this.#server = null
    await server.kill()
  }

  async #breakLink(fault: LinkFault, happened: () => void): Promise<void> {
    const { link } = this.#parts
    switch (fault.do) {
      case 'link-cut':
        link.cutAll()
        return
      case 'link-down':
        link.refuse(true)
        link.cutAll()
        await passed(fault.forMs)
        link.refuse(false)
        return
      case 'link-stall':
        link.pause()
        await passed(fault.forMs)
        link.resume()
        return
      case 'link-mute':
        link.muteServer(true)
        await passed(fault.forMs)
        link.muteServer(false)
        // What was lost in the middle of a stream is known by its connection being lost.
        link.cutAll()
        return
      case 'link-lose':
        link.loseReply(committed, happened)
        return
    }
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(run)
    this.#queue = done.catch(() => {})
    return done
  }

  #outage(how: Outage['how'], cut: (server: ServerProcess) => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      const server = this.#server
      if (!server) return
      this.#measure(server)
      this.#starvedMs = this.starvedMs
      this.#back = Promise.withResolvers()
      const cutAtMs = performance.now()
      this.#cut.add(server)
      await cut(server)
      this.#note(server)
      const spawnedAtMs = performance.now()
      this.#starvedBeforeMs = 0
      await this.#start()
      this.onOutage({ how, cutAtMs, spawnedAtMs, backAtMs: performance.now() })
    })
  }

  async #start(): Promise<void> {
    const { folder, port, link, simulator } = this.#parts
    const options = {
      dataDir: join(folder, `data-${port}`),
      port,
      nodeArgs: clockArgs,
      env: {
        ...stageEnv,
        AUTH_SECRET: authSecret,
        OPENROUTER_BASE_URL: simulator.url,
        REDIS_URL: `redis://127.0.0.1:${link.port}`,
        TRUST_PROXY: '127.0.0.1',
        CRASH_POLICY: this.#policy,
        CHAOS_CLOCK: this.#clockFile,
      },
    }
    const server = await this.#startAtLast(options)
    this.#server = server
    this.#watch(server)
    this.#back.resolve()
  }

  async #startAtLast(options: Parameters<typeof startServer>[0]): Promise<ServerProcess> {
    for (let tries = 1; ; tries++) {
      try {
        return await startServer(options)
      } catch (cause) {
        if (tries >= startTries.most) throw cause
        await passed(startTries.eachMs)
      }
    }
  }

  /** One that ends without having been cut has crashed. */
  #watch(server: ServerProcess): void {
    void server.child.ended.then(({ code, signal, stderr }) => {
      if (this.#cut.has(server)) return
      this.#server = null
      const how = `${code ?? signal}: ${stderr.slice(-500)}`
      this.onBroken(`${this.#parts.name} ended by itself (${how})`)
    })
  }

  #note({ child }: ServerProcess): void {
    const complaint = complaintIn(child.stderr)
    if (complaint) this.onBroken(`${this.#parts.name} said: ${complaint}`)
  }

  #measure({ child }: ServerProcess): void {
    this.peakBytes = Math.max(this.peakBytes, residentBytes(child.pid))
  }

  async #jumpTo(offsetMs: number): Promise<void> {
    if (offsetMs === this.#offsetMs) return
    await this.#setClock(offsetMs)
    const { child } = this.#server ?? {}
    child?.signal('SIGUSR2')
    await child?.said('stderr', new RegExp(`the clock is off by ${offsetMs} ms\\n`))
  }

  async #setClock(offsetMs: number): Promise<void> {
    this.#offsetMs = offsetMs
    await writeFile(this.#clockFile, String(offsetMs))
  }

  get #clockFile(): string {
    return join(this.#parts.folder, `clock-${this.port}`)
  }
}
