/**
 * Lighthouse over the built page: a new conversation and one with an answer, on a desktop and on a phone.
 * `npm run lighthouse`, after `npm run build`; prints a table, and fails where a score is below its bound.
 * docs/page-performance.md keeps one.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import lighthouse, { desktopConfig, type RunnerResult } from 'lighthouse'
import { browserOptions } from './browser.ts'
import { ChatPage } from './chat-page.ts'
import { openProduct } from './product/product.ts'

/** Of each category, in hundredths. */
const bounds = { performance: 95, accessibility: 100, 'best-practices': 100 } as const
const categories = Object.keys(bounds) as (keyof typeof bounds)[]

const { values: flags } = parseArgs({ options: { runs: { type: 'string', default: '1' } } })
const runs = Number(flags.runs)
if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs is a number from 1')

const text =
  '## Part\n\nWait longer after **each** failure.\n\n```ts\nconst answer: number = 42\n```\n\n| a | b |\n| --- | --- |\n| 1 | 2 |'

await using opened = new AsyncDisposableStack()
const product = await openProduct()
opened.defer(() => product.close())
const port = await freePort()
// A profile, and one for both: Lighthouse's visits are the guest's who asked. It clears caches before each, not cookies.
const profile = await mkdtemp(join(tmpdir(), 'lighthouse-'))
opened.defer(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }))
const browser = await chromium.launchPersistentContext(profile, {
  ...browserOptions.launchOptions,
  args: [...(browserOptions.launchOptions?.args ?? []), `--remote-debugging-port=${port}`],
})
opened.defer(() => browser.close())

say('| page | on | performance | accessibility | best practices | LCP | TBT | CLS |')
say('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |')
for (const path of ['/', await ask()]) {
  for (const on of ['desktop', 'phone'] as const) await audit(path, on)
}

/** A conversation to look at. */
async function ask(): Promise<string> {
  const page = await browser.newPage()
  const chat = new ChatPage(page)
  await product.model.next({ text })
  await page.goto(product.url)
  await chat.toBeConnected()
  await chat.ask('How do I retry?')
  await chat.toHaveExchanges(1)
  return new URL(page.url()).pathname
}

async function audit(path: string, on: 'desktop' | 'phone'): Promise<void> {
  const found: RunnerResult['lhr'][] = []
  for (let run = 0; run < runs; run++) {
    found.push(await visit(path, on))
  }
  const score = (it: RunnerResult['lhr'], name: string) =>
    Math.round((it.categories[name]?.score ?? 0) * 100)
  // The one in the middle by performance.
  const lhr = found
    .toSorted((a, b) => score(a, 'performance') - score(b, 'performance'))
    .at(runs >> 1)
  if (!lhr) return
  const scores = categories.map((name) => score(lhr, name))
  const shown = ['largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift'].map(
    (name) => lhr.audits[name]?.displayValue ?? '',
  )
  const page = path === '/' ? 'a new conversation' : 'a conversation'
  say(`| ${[page, on, ...scores, ...shown].join(' | ')} |`)
  for (const name of categories) {
    if (score(lhr, name) >= bounds[name]) continue
    process.exitCode = 1
    const refs = lhr.categories[name]?.auditRefs ?? []
    for (const { id, weight } of refs) {
      const audited = lhr.audits[id]
      if (weight === 0 || !audited || audited.score === null || audited.score >= 0.9) continue
      say(`${name} below ${bounds[name]}: ${audited.title} ${audited.displayValue ?? ''}`)
    }
  }
}

/** Its recording misses the beginning of a visit now and then: such a one is made again. */
async function visit(path: string, on: 'desktop' | 'phone'): Promise<RunnerResult['lhr']> {
  for (let left = 3; ; left--) {
    const result = await lighthouse(
      product.url + path,
      { port, onlyCategories: categories, logLevel: 'error' },
      on === 'desktop' ? desktopConfig : undefined,
    )
    if (!result) throw new Error('Lighthouse found nothing')
    const { runtimeError } = result.lhr
    if (!runtimeError) return result.lhr
    if (left === 0 || runtimeError.code !== 'NO_NAVSTART') throw new Error(runtimeError.message)
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
