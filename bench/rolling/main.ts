/**
 * `npm run rolling`: servers that share a Redis are replaced one after another, over and over, while people read their
 * answers. What anybody noticed of it, and what was paid for twice. Linux only, as what it starts.
 */
import { availableParallelism, cpus, loadavg } from 'node:os'
import { setUpProxies } from '../../scripts/setup-proxies.ts'
import { setUpRedis } from '../../scripts/setup-redis.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { reportOf } from './report.ts'
import type { Talk } from './talk.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)

async function main(options: Options): Promise<boolean> {
  const { sessions, rolls, tokens: count, rate, servers, proxy, drainS } = options
  const { signTokens } = await import('./tokens.ts')
  const { openDeployment } = await import('./deployment.ts')
  const { Talk: OneTalk } = await import('./talk.ts')
  const tokens = Array.from({ length: count }, (_, index) => `part-${index} `)
  await using opened = new AsyncDisposableStack()
  // A Ctrl-C ends it after the restart that is under way, with what there is until then.
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort())
  const plan = { servers, proxy, drainS, tokens, tokensPerSecond: rate }
  const deployment = opened.use(await openDeployment(plan))
  const { wsUrl, authSecret } = deployment
  const talks: Talk[] = []
  const text = tokens.join('')
  for (const token of await signTokens(authSecret, sessions)) {
    talks.push(opened.use(new OneTalk({ wsUrl, token, text })))
  }
  say(`${sessions} sessions begin`)
  // A few at a time: people do not come in one moment.
  for (let from = 0; from < talks.length; from += 20) {
    await Promise.all(talks.slice(from, from + 20).map((talk) => talk.begin()))
  }
  const before = talks.map(({ noticed }) => noticed.answers.length)
  const tookMs: number[] = []
  for (let roll = 1; roll <= rolls && !stopping.signal.aborted; roll++) {
    const ms = await deployment.roll()
    tookMs.push(ms)
    const errors = talks.reduce((sum, { noticed }) => sum + noticed.errors.length, 0)
    say(`restart ${roll} of ${rolls}: ${(ms / 1000).toFixed(1)} s, ${errors} errors so far`)
  }
  await Promise.all(talks.map((talk) => talk.finish()))
  const modelCalls = await deployment.modelCalls()
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}`
  const { report, isGood } = reportOf(
    talks.map(({ noticed }, index) => ({ ...noticed, before: before[index] ?? 0 })),
    { options, modelCalls, tookMs, machine, load: loadavg()[1] ?? 0 },
  )
  process.stdout.write(report)
  return isGood
}

let options: Options
try {
  options = parseOptions(process.argv.slice(2))
} catch (cause) {
  say(`${cause instanceof Error ? cause.message : cause}\n\n${usage}`)
  process.exit(2)
}
// Said in one sentence where one is missing; what is loaded after this reads where Redis is.
process.env.REDIS_SERVER = setUpRedis()
setUpProxies()
process.exit((await main(options)) ? 0 : 1)
