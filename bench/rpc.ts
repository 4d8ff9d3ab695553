/**
 * Calls between the benchmark's own processes, over the channel that Node opens to a child. The model
 * server, the peers and the load serve; `main.ts` calls.
 */
import type { ChildProcess } from 'node:child_process'

type Verb = (input: never) => unknown

/** What a process offers: an object of functions with one argument or none. */
export type Verbs<T> = { [K in keyof T]: Verb }

/** The same functions, seen from the other process. */
export type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never
}

interface Call {
  call: number
  verb: string
  input: unknown
}

type Reply = { call: number; result: unknown } | { call: number; failure: string }

/** Answers the calls of the process that started this one; ends this process when that one is gone. */
export function serve<T extends Verbs<T>>(verbs: T): void {
  const table = new Map<string, Verb>(Object.entries<Verb>(verbs))
  const send = (reply: Reply) => process.send?.(reply)
  process.on('message', ({ call, verb, input }: Call) => {
    const run = table.get(verb)
    const running = (async () => run?.(input as never))()
    running.then(
      (result) => send({ call, result }),
      (cause: unknown) =>
        send({ call, failure: cause instanceof Error ? `${cause.stack}` : `${cause}` }),
    )
  })
  process.once('disconnect', () => process.exit())
}

/** Calls what the child serves. A call rejects where the verb throws, and where the child ends first. */
export function remote<T extends Verbs<T>>(child: ChildProcess, name: string): Remote<T> {
  const open = new Map<number, { resolve(value: unknown): void; reject(cause: Error): void }>()
  let calls = 0
  child.on('message', (reply: Reply) => {
    const caller = open.get(reply.call)
    open.delete(reply.call)
    if ('failure' in reply) caller?.reject(new Error(`${name}: ${reply.failure}`))
    else caller?.resolve(reply.result)
  })
  child.once('exit', (code, signal) => {
    for (const { reject } of open.values()) reject(new Error(`${name} ended: ${code ?? signal}`))
    open.clear()
  })
  const call = (verb: string) => (input: unknown) => {
    calls++
    const number = calls
    return new Promise((resolve, reject) => {
      if (!child.connected) return reject(new Error(`${name} is not there`))
      open.set(number, { resolve, reject })
      child.send({ call: number, verb, input } satisfies Call)
    })
  }
  // `then` is asked for by `await`: this is no promise.
  const get = (_: object, verb: string | symbol) =>
    typeof verb === 'symbol' || verb === 'then' ? undefined : call(verb)
  return new Proxy({}, { get }) as Remote<T>
}
