/** What a screen reader is told of an answer. */
import { expect, test } from './fixtures.ts'

for (const width of [1280, 390]) {
  test.describe(`${width} px wide`, () => {
    test.use({ viewport: { width, height: 800 } })

    test('P14: the beginning, each sentence when it has ended, and the end are said; never a token', async ({
      chat,
      model,
    }) => {
      await chat.page.evaluate(() => {
        const said: string[] = []
        Object.assign(window, { said })
        new MutationObserver((records) => {
          for (const { addedNodes } of records) {
            for (const node of addedNodes) {
              const element = node instanceof Element ? node : node.parentElement
              if (!element?.closest('[aria-live="polite"]')) continue
              if (element.textContent) said.push(element.textContent)
            }
          }
        }).observe(document.body, { childList: true, characterData: true, subtree: true })
      })
      const said = () => chat.page.evaluate(() => Reflect.get(window, 'said') as string[])
      await model.next({
        tokens: [
          'The **first** ',
          'sentence. ',
          'The sec',
          'ond.\n\n```ts\n',
          'a = 1\n```\n\nThe last',
        ],
        hold: 3,
      })
      await chat.ask('Say three')
      await expect(chat.busyAnswer).toContainText('The sec')
      await expect.poll(said).toContain('The first sentence.')
      expect((await said()).join(' ')).not.toContain('The sec')
      await model.release()
      await chat.toHaveExchanges(1)
      await expect.poll(said).toContain('agent_websocket has answered.')
      const all = await said()
      expect(all.at(0)).toContain('agent_websocket is answering.')
      expect(all.filter((each) => each.includes('first sentence'))).toHaveLength(1)
      expect(all.join(' ')).toMatch(
        /The second\. .*Code, ts\. .*The last agent_websocket has answered\./,
      )
    })
  })
}
