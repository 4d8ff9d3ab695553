/** A question and its answer, as it comes. */
import { sessionUrl } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

test('P1: an answer shows as it comes, and Stop is there while it runs', async ({
  chat,
  model,
}) => {
  await model.next({ tokens: ['One, ', 'two, ', 'three.'], hold: 2 })
  await expect(chat.stop).toBeHidden()
  await chat.ask('Count to three')

  await expect(chat.questions).toHaveText('Count to three')
  await expect(chat.lastAnswer).toContainText('One, two,')
  await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'true')
  await expect(chat.stop).toBeVisible()
  await expect(chat.message).toHaveValue('')

  await model.release()
  await expect(chat.lastAnswer).toContainText('One, two, three.')
  await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'false')
  await expect(chat.stop).toBeHidden()
  await chat.toHaveExchanges(1)
})

test('P1: until the first token, the page says that the agent thinks', async ({ chat, model }) => {
  await model.next({ text: 'Here.', hold: 'headers' })
  await chat.ask('Are you there?')
  await expect(chat.busyAnswer).toContainText('Thinking…')
  await model.release()
  await expect(chat.lastAnswer).toContainText('Here.')
  await expect(chat.lastAnswer).not.toContainText('Thinking…')
})

test('the address becomes the session’s without a reload, and the next question stays in it', async ({
  chat,
  model,
}) => {
  const { page } = chat
  await page.evaluate(() => {
    document.documentElement.dataset.sameDocument = 'yes'
  })
  await chat.ask('What is first?')
  await expect(page).toHaveURL(sessionUrl)
  await chat.toHaveExchanges(1)
  const url = page.url()

  await chat.ask('And second?')
  await chat.toHaveExchanges(2)
  await expect(chat.questions).toHaveText([/What is first\?/, /And second\?/])
  expect(page.url()).toBe(url)
  await expect(page.locator('html')).toHaveAttribute('data-same-document', 'yes')

  const requests = await model.requests()
  expect(requests).toHaveLength(2)
  const asked = requests[1]?.body.messages.filter(({ role }) => role === 'user')
  expect(asked?.map(({ content }) => content)).toEqual(['What is first?', 'And second?'])
})

test('Send and a suggestion send as Enter does', async ({ chat, model }) => {
  await expect(chat.send).toBeDisabled()
  await chat.message.fill('By the button')
  await chat.send.click()
  await chat.toHaveExchanges(1)

  await chat.newChat.click()
  const suggestion = chat.page
    .getByRole('list', { name: 'Suggestions' })
    .getByRole('button')
    .first()
  const text = (await suggestion.innerText()).trim()
  await suggestion.click()
  await chat.toHaveExchanges(1)
  await expect(chat.questions).toHaveText(text)
  expect(await model.requests()).toHaveLength(2)
})

test('an answer’s Markdown becomes headings, lists, code and a table; its HTML stays text', async ({
  chat,
  model,
}) => {
  const text = [
    '## Plan',
    '- one\n- two',
    '```ts\nconst answer = 42\n```',
    '| a | b |\n| --- | --- |\n| 1 | 2 |',
    '[a link](https://example.com/) ![a picture](https://example.com/x.png)',
    '<img src="https://example.com/y.png"><script>document.title = "taken"</script>',
  ].join('\n\n')
  await model.next({ text })
  await chat.ask('Show me everything')
  await chat.toHaveExchanges(1)

  const answer = chat.lastAnswer
  await expect(answer.getByRole('heading', { name: 'Plan' })).toBeVisible()
  await expect(answer.getByRole('listitem')).toHaveText(['one', 'two'])
  await expect(answer.getByRole('figure', { name: /^Code, ts/ })).toContainText('const answer = 42')
  await expect(answer.getByRole('cell', { name: '2' })).toBeVisible()
  await expect(answer.getByRole('link', { name: 'a link' })).toHaveAttribute('rel', /noopener/)
  await expect(answer.getByRole('link', { name: 'a picture' })).toBeVisible()
  // Nothing of it calls somebody: the watch of every spec sees to that too.
  await expect(answer.locator('img, script')).toHaveCount(0)
})

test('P24: each question is a heading of one level, a long one with its first line', async ({
  chat,
  model,
}) => {
  const long = `Which of these is the best?\n${'Apples, pears and plums. '.repeat(20).trim()}`
  await model.next({ text: 'Plums.' }, { text: 'Still plums.' })
  await chat.ask(long)
  await chat.toHaveExchanges(1)
  await chat.ask('Really?')
  await chat.toHaveExchanges(2)
  await expect(chat.log.getByRole('heading', { level: 2 })).toHaveText([
    'Which of these is the best?',
    'Really?',
  ])
  // Nothing is said twice, and nothing is left out.
  await expect(chat.questions.first()).toHaveText(long)
})
