/**
 * One agent server with the embedded store, and the simulator. The server is killed, stopped, frozen, and deprived of
 * its disk and its time of day. It is reused by schedule after schedule as long as nothing is wrong with it.
 * Used by the crew.
 */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { waitedMs } from '../integration/harness/cpu-wait.ts'
import { residentBytes } from '../integration/harness/memory.ts'
import { freePort } from '../integration/harness/ports.ts'
import { type ServerProcess, startServer } from '../integration/harness/server-process.ts'
import { type SimulatorProcess, startSimulator } from '../integration/harness/simulator-process.ts'
import { fillUp, openSmallDisk } from '../integration/harness/small-disk.ts'
import { openTempFolder } from '../integration/harness/temp-folder.ts'
import type { Policy } from './schedule.ts'
import {
  clockArgs,
  complaintIn,
  type Door,
  type MachineFault,
  type Outage,
  passed,
  type Stage,
  stageEnv,
  type Writers,
} from './stage.ts'
import { authSecret } from './token.ts'

const diskMegabytes = 24
/** After so many schedules the server begins anew, with an empty store. */
const schedulesPerStore = 25

export class LoneStage implements Stage {
  readonly simulator: SimulatorProcess
  readonly port: number
  readonly doors: readonly Door[]
  /** A deadline of what hangs: nothing waits for it. */
  readonly settleMs = 60_000
  /** Since `prepare`. */
  outages: Outage[] = []
  /** Since `prepare`: what went otherwise than it should. */
  broken: string[] = []
  peakBytes = 0
  /** Since `prepare`: how long the processes stood ready and were given no processor. */
  #starvedMs = 0
  /** The same, of those that run now, when the schedule began. */
  #starvedBeforeMs = 0
  readonly #opened: AsyncDisposableStack
  readonly #folder: string
  readonly #hasSmallDisk: boolean
  #server: ServerProcess | null = null
  readonly #cut = new WeakSet<ServerProcess>()
  #policy: Policy | null = null
  #stores = 0
  #schedules = 0
  #offsetMs = 0
  /** What is done to the process is done one after the other. */
  #queue: Promise<unknown> = Promise.resolve()
  #fullUntil: Promise<unknown> = Promise.resolve()
  #back = Promise.withResolvers<void>()

  private constructor(parts: {
    simulator: SimulatorProcess
    port: number
    folder: string
    hasSmallDisk: boolean
    opened: AsyncDisposableStack
  }) {
    this.simulator = parts.simulator
    this.port = parts.port
    this.#folder = parts.folder
    this.#hasSmallDisk = parts.hasSmallDisk
    this.#opened = parts.opened
    this.doors = [{ reader: 'near', port: this.port, isBack: () => this.isBack() }]
  }

  /** With a disk of its own where this user may mount one; without, the disk cannot be filled. */
  static async open({ smallDisk }: { smallDisk: boolean }): Promise<LoneStage> {
    await using opened = new AsyncDisposableStack()
    const folder = opened.use(
      smallDisk ? await openSmallDisk(diskMegabytes) : await openTempFolder(),
    )
    const simulator = opened.use(await startSimulator())
    const stage = new LoneStage({
      simulator,
      port: await freePort(),
      folder: folder.path,
      hasSmallDisk: smallDisk,
      opened: opened.move(),
    })
    return stage
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** What a machine that is too busy kept the processes waiting, since `prepare`. */
  get starvedMs(): number {
    return this.#starvedMs + this.#waitedMs() - this.#starvedBeforeMs
  }

  get policy(): Policy | null {
    return this.#policy
  }

  async suffer(fault: MachineFault, happened: () => void): Promise<void> {
    switch (fault.do) {
      case 'kill':
        happened()
        return this.kill()
      case 'terminate':
        happened()
        return this.terminate()
      case 'freeze':
        happened()
        return this.freeze(fault.forMs)
      case 'full-disk':
        if (!this.#hasSmallDisk) return
        happened()
        return this.fillDisk(fault.forMs)
      case 'jump':
        happened()
        return this.jump(fault.minutes)
      default:
        // Of a shared store.
        return
    }
  }

  /** The embedded store is one process's, by its file's lock. */
  async writers(): Promise<Writers> {
    return { appends: 0, doubled: [] }
  }

  /** Resolves when a server answers: at once where one does. */
  async isBack(): Promise<void> {
    await this.#back.promise
  }

  /** A server of this policy at the right time of day; `isFresh` for one with an empty store in any case. */
  async prepare(policy: Policy, { isFresh = false } = {}): Promise<void> {
    this.outages = []
    this.broken = []
    const isWorn = isFresh || this.#schedules >= schedulesPerStore
    if (!this.#server || this.#policy !== policy || isWorn) {
      await this.#end()
      if (isWorn) {
        await rm(this.#dataDir, { recursive: true, force: true })
        this.#stores++
        this.#schedules = 0
      }
      this.#policy = policy
      await this.#setClock(0)
      await this.#start()
    }
    this.#schedules++
    await this.simulator.reset()
    this.#starvedMs = 0
    this.#starvedBeforeMs = this.#waitedMs()
  }

  kill(): Promise<void> {
    return this.#inTurn(() => this.#outage('kill', (server) => server.kill()))
  }

  /** SIGTERM, as a deployment has it. */
  terminate(): Promise<void> {
    return this.#inTurn(() =>
      this.#outage('stop', async (server) => {
        const { code, signal } = await server.stop()
        if (code !== 0) this.broken.push(`SIGTERM ended the server with ${code ?? signal}`)
      }),
    )
  }

  /** SIGSTOP, and SIGCONT so much later. */
  freeze(forMs: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#server?.child.signal('SIGSTOP')
      await passed(forMs)
      this.#server?.child.signal('SIGCONT')
    })
  }

  /** Not in turn: a server may well be killed while its disk is full. */
  async fillDisk(forMs: number): Promise<void> {
    const filler = join(this.#folder, 'filler')
    const full = fillUp(filler)
      .then(() => passed(forMs))
      .finally(() => rm(filler, { force: true }))
    this.#fullUntil = full.catch(() => {})
    await full
  }

  jump(minutes: number): Promise<void> {
    return this.#inTurn(() => this.#jumpTo(this.#offsetMs + minutes * 60_000))
  }

  /** Resolves when nothing is broken any more that was broken on purpose. */
  async heal(): Promise<void> {
    await this.#fullUntil
    await this.#inTurn(() => this.#jumpTo(0))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue.catch(() => {})
    await this.#end()
    await this.#opened.disposeAsync()
  }

  get #dataDir(): string {
    return join(this.#folder, `data-${this.#stores}`)
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(run)
    this.#queue = done.catch(() => {})
    return done
  }

  async #outage(how: Outage['how'], cut: (server: ServerProcess) => Promise<void>): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#measure()
    this.#starvedMs = this.starvedMs
    this.#back = Promise.withResolvers()
    const cutAtMs = performance.now()
    this.#cut.add(server)
    await cut(server)
    this.#note(server)
    const spawnedAtMs = performance.now()
    // A process of its own counts anew.
    this.#starvedBeforeMs = waitedMs(this.simulator.child.pid)
    await this.#start()
    this.outages.push({ how, cutAtMs, spawnedAtMs, backAtMs: performance.now() })
  }

  async #start(): Promise<void> {
    const options = {
      dataDir: this.#dataDir,
      port: this.port,
      nodeArgs: clockArgs,
      env: {
        ...stageEnv,
        AUTH_SECRET: authSecret,
        OPENROUTER_BASE_URL: this.simulator.url,
        CRASH_POLICY: this.#policy ?? 'restart',
        CHAOS_CLOCK: this.#clockFile,
      },
    }
    try {
      this.#server = await startServer(options)
    } catch {
      // It says so and does not start while the disk is full; an operator starts it again.
      await this.#fullUntil
      this.#server = await startServer(options)
    }
    this.#watch(this.#server)
    this.#back.resolve()
  }

  /** One that ends without having been cut has crashed. */
  #watch(server: ServerProcess): void {
    void server.child.ended.then(({ code, signal, stderr }) => {
      if (this.#cut.has(server)) return
      this.#server = null
      this.broken.push(`the server ended by itself (${code ?? signal}): ${stderr.slice(-500)}`)
    })
  }

  async #end(): Promise<void> {
    this.#measure()
    if (this.#server) this.#cut.add(this.#server)
    await this.#server?.kill()
    this.#server = null
  }

  #note({ child }: ServerProcess): void {
    const complaint = complaintIn(child.stderr)
    if (complaint) this.broken.push(`the server said: ${complaint}`)
  }

  look(): void {
    this.#measure()
    if (this.#server) this.#note(this.#server)
  }

  #measure(): void {
    if (this.#server)
      this.peakBytes = Math.max(this.peakBytes, residentBytes(this.#server.child.pid))
  }

  #waitedMs(): number {
    const server = this.#server ? waitedMs(this.#server.child.pid) : 0
    return server + waitedMs(this.simulator.child.pid)
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

  /** Beside the small disk, which may be full. */
  get #clockFile(): string {
    return `${this.#folder}.clock`
  }
}
