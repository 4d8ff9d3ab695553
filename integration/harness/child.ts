/**
 * A process that a test starts: what it says, how it ends. It is ended by its id when the test is over,
 * and ends by itself should the test process die. Used by the harness and by the tests of processes.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'

/** The root of the checkout. */
export const root = resolve(import.meta.dirname, '../..')

const endWithLauncher = pathToFileURL(join(root, 'scripts/end-with-launcher.mjs')).href

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

type Output = 'stdout' | 'stderr'

export class Child implements AsyncDisposable {
  readonly pid: number
  /** Resolves when it has ended and all its output is there. */
  readonly ended: Promise<Exit>
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #said = { stdout: '', stderr: '' }
  readonly #waiting = new Set<() => void>()
  #over = false

  /**
   * `node` with these arguments, or another `command`, and of this environment nothing but what a process needs
   * to live. Another command has to end by itself when its standard input does.
   */
  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    command: string | null = null,
  ) {
    const { PATH, HOME, TMPDIR } = process.env
    const ours = command === null ? ['--import', endWithLauncher, ...args] : args
    this.#process = spawn(command ?? process.execPath, ours, {
      cwd: root,
      env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), NODE_ENV: 'production', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    if (this.#process.pid === undefined)
      throw new Error(`${command ?? 'node'} ${args.join(' ')} did not start`)
    this.pid = this.#process.pid
    // A pipe to a process that is gone.
    this.#process.stdin.on('error', () => {})
    for (const output of ['stdout', 'stderr'] as const) {
      this.#process[output].setEncoding('utf8').on('data', (text: string) => {
        this.#said[output] += text
        this.#look()
      })
    }
    this.ended = once(this.#process, 'close').then(([code, signal]) => {
      this.#over = true
      this.#look()
      return { code, signal, ...this.#said }
    })
  }

  get stdout(): string {
    return this.#said.stdout
  }

  get stderr(): string {
    return this.#said.stderr
  }

  /** Resolves when it has said this; rejects with all that it said when it ends without. */
  said(output: Output, pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.#said[output])
        if (!found && !this.#over) return
        this.#waiting.delete(look)
        if (found) resolve(found)
        else reject(new Error(`it ended without ${pattern}:\n${this.stdout}\n${this.stderr}`))
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** Types a line. */
  type(line: string): void {
    this.#process.stdin.write(`${line}\n`)
  }

  /** Nothing more is typed. */
  typedAll(): void {
    this.#process.stdin.end()
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name)
  }

  /** `kill -9`, and resolves when it is dead. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }

  #look(): void {
    for (const look of [...this.#waiting]) look()
  }
}
