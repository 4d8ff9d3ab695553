/**
 * A corpus of attacks through everything that others write: answers as they stream and as they come from
 * the history, questions, titles. Nothing runs, nothing is asked of anybody, nothing pretends.
 */
import { boxAtRest } from './at-rest.ts'
import { AttackedPage } from './attacks/attacked-page.ts'
import { corpus, heavy } from './attacks/corpus.ts'
import { expect, test } from './fixtures.ts'
import { traceMainThread } from './main-thread.ts'

/** Pieces of three characters: half-written marks, closed and opened again. */
const pieces = (text: string) => text.match(/[\s\S]{1,3}/gu) ?? []

for (const [name, attacks] of Object.entries(corpus)) {
  test(`K2: ${name}: as question, title and answer, streamed and from the history`, async ({
    chat,
    context,
    model,
  }) => {
    const attacked = new AttackedPage()
    await attacked.follow(context)
    // Each alone, then all of them: half of each stands while the answer is held.
    for (const [place, attack] of [...attacks, attacks.join('\n\n')].entries()) {
      const tokens = pieces(attack)
      const half = Math.max(1, Math.floor(tokens.length / 2))
      await model.next({ tokens, hold: half })
      await chat.ask(`${attack}`)
      await model.held(place + 1)
      await expect(chat.busyAnswer).toHaveCount(1)
      expect(await attacked.foundIn(chat.page)).toEqual([])
      await model.release()
      await chat.toHaveExchanges(place + 1)
      expect(await attacked.foundIn(chat.page)).toEqual([])
    }
    await expect.poll(() => chat.page.title()).toContain(attacks[0]?.slice(0, 10).trim())
    await chat.page.reload()
    await chat.toHaveExchanges(attacks.length + 1)
    expect(await attacked.foundIn(chat.page)).toEqual([])
    for (const link of await chat.log.getByRole('link').all()) await link.focus()
    expect(attacked.happened).toEqual([])
  })
}

test('K2: what is heavy to parse does not hold the page up', async ({ chat, context, model }) => {
  const attacked = new AttackedPage()
  await attacked.follow(context)
  const longest: Record<string, number> = {}
  // By what as much of harmless text takes here, where that is slow itself.
  const plain = 'plain text'
  const texts = { [plain]: 'Nothing but words, one after the other. '.repeat(750), ...heavy }
  for (const [place, [name, text]] of Object.entries(texts).entries()) {
    await model.next({ text })
    // Of the processor's time: on a busy machine a task takes seconds in which it does nothing.
    const work = await traceMainThread(chat.page, async () => {
      await chat.ask(name)
      await chat.toHaveExchanges(place + 1)
    })
    longest[name] = Math.round(work.longestTaskMs)
  }
  const mostMs = Math.max(2_000, 10 * (longest[plain] ?? 0))
  expect(Object.entries(longest).filter(([, ms]) => ms > mostMs)).toEqual([])
  expect(await attacked.foundIn(chat.page)).toEqual([])
  expect(attacked.happened).toEqual([])
})

test('K3: where a link goes is told: beside a text that lies, and on focus for every link', async ({
  chat,
  model,
}) => {
  const links: [markdown: string, name: string, host: string][] = [
    ['[bank.example](https://evil.example/)', 'bank.example (evil.example)', 'evil.example'],
    ['[the docs](https://docs.example/a)', 'the docs', 'docs.example'],
    ['https://docs.example/a', 'https://docs.example/a', 'docs.example'],
    ['https://аpple.com', 'https://аpple.com (xn--pple-43d.com)', 'xn--pple-43d.com'],
    [
      'https://bank.example@evil.example/',
      'https://bank.example@evil.example/ (evil.example)',
      'evil.example',
    ],
    [
      '[\u202eelpmaxe.knab](https://evil.example)',
      '\u202eelpmaxe.knab (evil.example)',
      'evil.example',
    ],
    ['[](https://evil.example/empty)', '(evil.example)', 'evil.example'],
    ['![chart](https://pictures.example/c.png)', 'chart (pictures.example)', 'pictures.example'],
    ['<me@docs.example>', 'me@docs.example', 'me@docs.example'],
  ]
  await model.next({ text: links.map(([markdown]) => markdown).join('\n\n') })
  await chat.ask('Links')
  await chat.toHaveExchanges(1)
  const found = chat.lastAnswer.getByRole('link')
  await expect(found).toHaveText(links.map(([, name]) => name))
  // A conversation that is still on its way to its end takes a tooltip away.
  await boxAtRest(found.last())
  for (const [place, [, name, host]] of links.entries()) {
    // By the keyboard: a tooltip does not show for a focus that a script gave after a click.
    await chat.page.keyboard.press('Escape')
    await found.nth(place).focus()
    await expect(chat.page.getByRole('tooltip', { includeHidden: true })).toHaveText(host)
    await expect(found.nth(place)).toHaveAccessibleDescription(
      name.endsWith(`(${host})`) ? '' : host,
    )
  }
})
