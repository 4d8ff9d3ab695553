/**
 * The processes that the benchmark starts: all known by their ids, and none outlives it, not on Ctrl-C nor
 * on a failure. Used by `main.ts`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Child {
  process: ChildProcess
  pid: number
  /** Rejects when the process ends before it is told to. */
  failed: Promise<never>
  /** Closes the channel, at which each of our processes ends by itself, or tells it; kills it where it does not. */
  end(): Promise<void>
}

export interface StartOptions {
  env?: Record<string, string>
  nodeArgs?: readonly string[]
}

const endTimeoutMs = 10_000
const keptStderr = 4000

export class Processes {
  readonly #running = new Set<ChildProcess>()
  readonly #cleanUps = new Set<() => void>()

  /** Starts a file with Node and a channel to it. It gets no environment but `PATH` and what is given. */
  start(file: string, { env = {}, nodeArgs = [] }: StartOptions = {}): Child {
    const child = spawn(process.execPath, [...nodeArgs, file], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    })
    return this.#watched(child, { name: file, tell: () => child.connected && child.disconnect() })
  }

  /** Starts another program, which ends by SIGTERM. */
  run(program: string, args: readonly string[]): Child {
    const child: ChildProcess = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    })
    return this.#watched(child, { name: program, tell: () => child.kill('SIGTERM') })
  }

  /** `tell` says that it is to end. */
  #watched(child: ChildProcess, { name, tell }: { name: string; tell: () => unknown }): Child {
    this.#running.add(child)
    let said = ''
    child.stderr?.on('data', (data: Buffer) => {
      said = (said + data.toString()).slice(-keptStderr)
    })
    const exited = once(child, 'exit').then(() => {
      this.#running.delete(child)
    })
    let ending = false
    const failed = new Promise<never>((_, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => {
        if (!ending) reject(new Error(`${name} ended (${code ?? signal}):\n${said}`))
      })
    })
    // Whoever waits for it hears of it; nobody has to.
    failed.catch(() => undefined)
    return {
      process: child,
      pid: child.pid ?? 0,
      failed,
      async end() {
        ending = true
        tell()
        const timer = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs)
        if (child.exitCode === null && child.signalCode === null) await exited
        clearTimeout(timer)
      },
    }
  }

  /** Called where the benchmark breaks off, once nothing runs any more; the result calls it off. */
  onBreakOff(cleanUp: () => void): () => void {
    this.#cleanUps.add(cleanUp)
    return () => this.#cleanUps.delete(cleanUp)
  }

  /** Kills whatever still runs, and cleans up after it. */
  breakOff(): void {
    for (const child of this.#running) child.kill('SIGKILL')
    for (const cleanUp of this.#cleanUps) cleanUp()
  }
}
