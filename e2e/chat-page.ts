/** The page as people and screen readers find it: by role and name, contract section 8. */
import { expect, type Locator, type Page } from '@playwright/test'
import { agentName } from './product/product.ts'

/** `/s/<sessionId>`. */
export const sessionUrl = /\/s\/[^/]+$/

export class ChatPage {
  readonly page: Page
  readonly log: Locator
  readonly message: Locator
  readonly send: Locator
  readonly stop: Locator
  readonly connection: Locator
  readonly sessions: Locator
  readonly newChat: Locator
  readonly search: Locator
  readonly queue: Locator
  /** All that the user said, oldest first. */
  readonly questions: Locator
  /** All that the agent said, oldest first. */
  readonly answers: Locator

  constructor(page: Page) {
    this.page = page
    this.log = page.getByRole('log', { name: 'Conversation' })
    this.message = page.getByRole('textbox', { name: 'Message' })
    this.send = page.getByRole('button', { name: 'Send', exact: true })
    this.stop = page.getByRole('button', { name: 'Stop' })
    this.connection = page.getByRole('status', { name: 'Connection' })
    this.sessions = page.getByRole('navigation', { name: 'Sessions' })
    this.newChat = this.sessions.getByRole('button', { name: 'New chat' })
    this.search = this.sessions.getByRole('searchbox', { name: 'Search sessions' })
    this.queue = page.getByRole('list', { name: 'Queued messages' })
    this.questions = this.log.getByRole('article', { name: /^You/ })
    this.answers = this.log.getByRole('article', { name: new RegExp(`^${agentName}`) })
  }

  async open(path: string): Promise<void> {
    await this.page.goto(path)
    await this.toBeConnected()
  }

  async toBeConnected(): Promise<void> {
    await expect(this.connection).toHaveText('Connected')
  }

  async toBeOffline(): Promise<void> {
    await expect(this.connection).toHaveText('Offline…')
  }

  /** Presses Try now in one step of the page, which may come back by itself at any moment. */
  async tryNow(): Promise<void> {
    const found = this.page.getByRole('button', { name: 'Try now' })
    await found.evaluateAll(([button]) => button instanceof HTMLElement && button.click())
  }

  /**
   * As when somebody looks at another tab. The time of toasts stands still meanwhile, that to undo a deletion too: a
   * spec that is seconds late finds them all the same.
   */
  async lookAway(): Promise<void> {
    await this.#look('hidden')
  }

  async lookBack(): Promise<void> {
    await this.#look('visible')
  }

  async #look(state: 'hidden' | 'visible'): Promise<void> {
    await this.page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { value, configurable: true })
      Object.defineProperty(document, 'hidden', { value: value === 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, state)
  }

  /** Writes a message and sends it with Enter. */
  async ask(content: string): Promise<void> {
    await this.message.fill(content)
    await this.message.press('Enter')
  }

  /** The conversation has exactly this many questions and answers, and no answer runs. */
  async toHaveExchanges(count: number): Promise<void> {
    await expect(this.answers).toHaveCount(count)
    await expect(this.questions).toHaveCount(count)
    await expect(this.busyAnswer).toHaveCount(0)
  }

  /** The answer that runs. */
  get busyAnswer(): Locator {
    return this.log.locator('article[aria-busy="true"]')
  }

  get lastAnswer(): Locator {
    return this.answers.last()
  }

  /** A button under the newest answer: Copy, Regenerate, Good answer, Bad answer. */
  action(name: string): Locator {
    return this.lastAnswer.getByRole('button', { name, exact: true })
  }

  /** Presses Edit on the question with this text. */
  async edit(content: string): Promise<void> {
    const question = this.questions.filter({ hasText: content }).last()
    await question.hover()
    await question.getByRole('button', { name: 'Edit' }).click()
  }

  /** Where a question is put differently. */
  get editor(): Locator {
    return this.log.getByRole('textbox', { name: 'Your question' })
  }

  /** The arrow to another wording of a question. */
  version(which: 'Previous' | 'Next'): Locator {
    return this.log.getByRole('button', { name: `${which} version` })
  }

  /** A session at the side. */
  session(title: string | RegExp): Locator {
    return this.sessions.getByRole('link', { name: title })
  }

  /** Opens the menu of a session and chooses from it. */
  async choose(
    title: string | RegExp,
    item: 'Rename' | 'Export as Markdown' | 'Export as JSON' | 'Delete',
  ): Promise<void> {
    const link = this.page.getByRole('link', { name: title })
    const row = this.sessions.getByRole('listitem').filter({ has: link })
    await row.getByRole('button', { name: 'More' }).click()
    await this.page.getByRole('menuitem', { name: item }).click()
  }

  /** A queued message. */
  queued(content: string): Locator {
    return this.queue.getByRole('listitem').filter({ hasText: content })
  }

  /** A button of a queued message. */
  inQueue(content: string, name: 'Edit' | 'Withdraw' | 'Send next' | 'Move'): Locator {
    return this.queued(content).getByRole('button', { name, exact: true })
  }

  /**
   * Takes a queued message back, and waits until the page says that it is: the row goes with the press, and the
   * server hears of it a moment later.
   */
  async withdraw(content: string): Promise<void> {
    await this.inQueue(content, 'Withdraw').click()
    await expect(this.page.getByText('Withdrawn.', { exact: true })).toBeAttached()
  }

  /** The field in which a queued message is edited. */
  get queueField(): Locator {
    return this.queue.getByRole('textbox', { name: 'Edit text' })
  }
}
