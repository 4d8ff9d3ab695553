/**
 * One process of the product, run from the checkout as people run it. It ends with the test worker,
 * however that ends. Used by `product.ts` and `model.ts`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

export const root = resolve(import.meta.dirname, '../..')

const endWithLauncher = pathToFileURL(join(root, 'scripts/end-with-launcher.mjs')).href
/** Of its output, for who has to find out why it ended. */
const keptChars = 20_000

export interface NodeProcess {
  /** What it said when it was ready: the first group of the expression. */
  readonly said: string
  /** What it said so far, the end of it. */
  readonly output: string
  /** Signals it, and resolves when it is gone. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

interface NodeProcessOptions {
  /** After `node`; paths from the root of the checkout. */
  args: readonly string[]
  env?: Readonly<Record<string, string>>
  /** What it says on stdout once it answers. */
  ready: RegExp
}

/** Resolves when it is ready; rejects with what it said where it ends before. */
export async function startNode({ args, env, ready }: NodeProcessOptions): Promise<NodeProcess> {
  // Nothing of the tester's own settings: no key, no port.
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env
  const child = spawn(process.execPath, ['--import', endWithLauncher, ...args], {
    cwd: root,
    env: { PATH, HOME, TMPDIR, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const gone = once(child, 'close')
  const { promise: isReady, resolve: onReady } = Promise.withResolvers<string>()
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptChars)
      const said = ready.exec(output)?.[1]
      if (said !== undefined) onReady(said)
    })
  }
  const said = await Promise.race([
    isReady,
    gone.then(() => {
      throw new Error(`${args.join(' ')} ended before it was ready:\n${output}`)
    }),
  ])
  return {
    said,
    get output() {
      return output
    },
    async end(signal = 'SIGTERM') {
      child.kill(signal)
      await gone
    },
  }
}
