/**
 * Random but valid logs: what a session's log may hold, made by a random sequence of what people and the
 * agent do. It keeps books of its own (queue, texts), which the folds are checked against. Used by the
 * property tests of the folds and of compact replay.
 */
import fc from 'fast-check'
import { assertNever } from '../assert-never.ts'
import { type EventBody, type LogEvent, numbered, type Priority } from '../events.ts'
import type { RunningTurn } from '../folds/turn-queue.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 12 })

const deeds = [
  { weight: 4, value: 'ask' },
  { weight: 1, value: 'edit' },
  { weight: 1, value: 'hold' },
  { weight: 1, value: 'release' },
  { weight: 1, value: 'withdraw' },
  { weight: 6, value: 'start' },
  { weight: 12, value: 'say' },
  { weight: 1, value: 'retry' },
  { weight: 1, value: 'restart' },
  { weight: 1, value: 'continue' },
  { weight: 1, value: 'cancel' },
  { weight: 4, value: 'end' },
  { weight: 1, value: 'let go' },
  { weight: 2, value: 'regenerate' },
  { weight: 1, value: 'withdraw regenerate' },
  { weight: 2, value: 'replace' },
  { weight: 2, value: 'choose' },
  { weight: 1, value: 'close' },
  { weight: 1, value: 'fail outside a turn' },
  { weight: 1, value: 'notify' },
  { weight: 1, value: 'clear' },
  { weight: 1, value: 'model' },
  { weight: 1, value: 'rename' },
  { weight: 1, value: 'rate' },
] as const

/** What happens; where it cannot at that point (nothing waits, nothing runs), nothing does. */
const action = fc.record({
  deed: fc.oneof(...deeds.map(({ weight, value }) => ({ weight, arbitrary: fc.constant(value) }))),
  which: fc.nat({ max: 1000 }),
  text,
  pieces: fc.array(text, { maxLength: 5 }),
  high: fc.boolean(),
  end: fc.constantFrom('stop', 'stop', 'length', 'cancelled', 'interrupted', 'error'),
  rating: fc.constantFrom('up', 'down', 'none'),
})
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never
type End = Action['end']

/** A body as it is written down here: the log gives it its time. */
type Untimed<E> = E extends EventBody ? Omit<E, 'timestamp'> : never

interface Waiting {
  queryId: string
  regenerate: boolean
  high: boolean
  seq: number
  rank: number
  heldAt: string | null
}

const sessionId = 's1'
const epoch = 'e1'

export class RandomLog {
  readonly events: LogEvent[] = []
  /** What waits, in the order of arrival. */
  waiting: Waiting[] = []
  running: RunningTurn | null = null
  /** Which answer counts, by query. */
  readonly chosen = new Map<string, string>()
  /** Queries that are no longer sent, and since which. */
  readonly replacedBy = new Map<string, string>()
  /** What each answer's text is, as it was said. */
  readonly texts = new Map<string, string>()
  #done: string[] = []
  /** Queries in the order in which they first ran. */
  #ran: string[] = []
  #replaces = new Map<string, string>()
  #answers: { queryId: string; answerId: string }[] = []
  #said = ''
  #streaming = false

  constructor(actions: readonly Action[]) {
    this.#add({ type: 'notification', level: 'info', content: 'Connected' })
    for (const each of actions) this.#perform(each)
  }

  /**
   * What a store that compacts gives a reader who reads `after` a number when the log was `upTo` long:
   * no deltas of answers that had their response by then.
   */
  stored(after: number, upTo: number): LogEvent[] {
    const finished = new Set<string>()
    const there = this.events.slice(0, upTo)
    for (const event of there) if (event.type === 'response') finished.add(event.messageId)
    return there.filter(
      (event) => event.seq > after && !(event.type === 'delta' && finished.has(event.messageId)),
    )
  }

  /** What waits, in the order in which it is to run: high priority first, as it became so, then by arrival. */
  get order(): Waiting[] {
    const high = this.waiting.filter((turn) => turn.high).sort((a, b) => a.rank - b.rank)
    return [...high, ...this.waiting.filter((turn) => !turn.high)]
  }

  get #time(): string {
    return new Date(Date.UTC(2026, 0, 1) + (this.events.length + 1) * 1000).toISOString()
  }

  #add(body: Untimed<EventBody>): void {
    const seq = this.events.length + 1
    this.events.push(numbered({ ...body, timestamp: this.#time }, { sessionId, epoch, seq }))
  }

  #perform({ deed, which, text, pieces, high, end, rating }: Action): void {
    switch (deed) {
      case 'ask':
        return this.#ask(text, { high })
      case 'edit':
        return this.#edit(which, text, high)
      case 'hold':
      case 'release':
      case 'withdraw':
        return this.#onWaiting(deed, which)
      case 'start':
        return this.#start()
      case 'say':
        for (const piece of pieces) this.#say(piece)
        return
      case 'retry':
        if (!this.#streaming) this.#status('retrying')
        return
      case 'restart':
      case 'continue':
        return this.#crash(deed)
      case 'cancel':
        if (!this.running) return
        this.running.cancelled = true
        return this.#add({ type: 'command', name: 'cancel', content: 'Stop' })
      case 'end':
        return this.#end(end)
      case 'let go':
        if (!this.running) return
        this.running.letGo++
        return this.#status('queued')
      case 'regenerate':
        return this.#regenerate(which)
      case 'withdraw regenerate':
        return this.#withdrawRegenerate(which)
      case 'replace':
        return this.#ask(text, { high, replaces: this.#pickAnswered(which) })
      case 'choose':
        return this.#choose(which)
      case 'close':
        if (this.running || this.waiting.length > 0) return
        return this.#add({ type: 'status', state: 'closed', content: 'Closed' })
      case 'fail outside a turn':
        return this.#add({ type: 'error', code: 'INTERNAL', content: 'Oh', retryable: true })
      case 'notify':
        return this.#add({ type: 'notification', level: 'info', content: 'News' })
      case 'clear':
        return this.#add({ type: 'command', name: 'clear', content: 'Context cleared' })
      case 'model':
        return this.#add({ type: 'command', name: 'model', content: 'M', args: { model: 'm2' } })
      case 'rename':
        return this.#add({ type: 'command', name: 'rename', content: 'R', args: { title: 'T' } })
      case 'rate': {
        const answers = [...this.texts.keys()]
        const messageId = answers[which % answers.length]
        if (messageId) this.#add({ type: 'feedback', messageId, rating, content: 'Rated' })
        return
      }
      default:
        return assertNever(deed)
    }
  }

  #ask(
    content: string,
    { high, replaces }: { high: boolean; replaces?: string | undefined },
  ): void {
    const seq = this.events.length + 1
    const queryId = `q${seq}`
    this.waiting.push({ queryId, regenerate: false, high, seq, rank: seq, heldAt: null })
    if (replaces) this.#replaces.set(queryId, replaces)
    const asked = { messageId: queryId, state: 'queued', priority: priorityOf(high) } as const
    this.#add({ type: 'query', ...asked, content, ...(replaces && { replaces }) })
  }

  #edit(place: number, content: string, high: boolean): void {
    const turn = this.#pick(place)
    if (!turn) return
    if (high !== turn.high) turn.rank = high ? this.events.length + 1 : turn.seq
    turn.high = high
    const priority = priorityOf(high)
    this.#add({ type: 'query', messageId: turn.queryId, state: 'edited', priority, content })
  }

  #onWaiting(what: 'hold' | 'release' | 'withdraw', place: number): void {
    const turn = this.#pick(place)
    if (!turn) return
    const { queryId: messageId, high } = turn
    const state = ({ hold: 'held', release: 'released', withdraw: 'withdrawn' } as const)[what]
    if (what === 'withdraw') this.waiting = this.waiting.filter((other) => other !== turn)
    else turn.heldAt = what === 'hold' ? this.#time : null
    this.#add({ type: 'query', messageId, state, priority: priorityOf(high), content: 'x' })
  }

  #start(): void {
    const turn = this.order.find(({ heldAt }) => heldAt === null)
    if (this.running || !turn) return
    this.waiting = this.waiting.filter((other) => other !== turn)
    const answerId = `a${this.events.length + 1}`
    const { queryId } = turn
    this.running = { queryId, answerId, attempt: 1, letGo: 0, cancelled: false }
    this.#replace(queryId)
    this.texts.set(answerId, '')
    this.#said = ''
    this.#streaming = false
    this.#status('thinking')
  }

  #say(piece: string): void {
    if (!this.running || piece === '') return
    if (!this.#streaming) this.#status('streaming')
    this.#streaming = true
    const { answerId: messageId, queryId: replyTo, attempt } = this.running
    const offset = this.#said.length
    this.#said += piece
    this.texts.set(messageId, this.#said)
    this.#add({ type: 'delta', messageId, replyTo, attempt, offset, content: piece })
  }

  #crash(policy: 'restart' | 'continue'): void {
    if (!this.running) return
    this.running.attempt++
    this.#streaming = false
    if (policy === 'restart') this.#said = ''
    this.#status(policy === 'restart' ? 'restarting' : 'continuing')
  }

  #end(how: End): void {
    if (!this.running) return
    const { answerId, queryId, attempt } = this.running
    this.running = null
    this.#done.push(queryId)
    if (how === 'error') {
      const failure = { code: 'INTERNAL', content: 'Oh', retryable: true } as const
      this.#add({ type: 'error', ...failure, messageId: queryId, answerId, attempt })
    } else {
      this.texts.set(answerId, this.#said)
      this.#answers.push({ queryId, answerId })
      if (this.#said !== '') this.chosen.set(queryId, answerId)
      const end = { messageId: answerId, replyTo: queryId, attempt, model: 'm' }
      this.#add({ type: 'response', ...end, finishReason: how, content: this.#said })
    }
    if (!this.waiting.some(({ heldAt }) => heldAt === null)) {
      this.#add({ type: 'status', state: 'idle', content: 'Ready.' })
    }
  }

  #regenerate(place: number): void {
    const queryId = this.#done[place % this.#done.length]
    if (!queryId || queryId === this.running?.queryId) return
    if (this.waiting.some((turn) => turn.queryId === queryId)) return
    const seq = this.events.length + 1
    this.waiting.push({ queryId, regenerate: true, high: false, seq, rank: seq, heldAt: null })
    const args = { messageId: queryId }
    this.#add({ type: 'command', name: 'regenerate', content: 'Again', args })
  }

  #withdrawRegenerate(place: number): void {
    const turns = this.waiting.filter(({ regenerate }) => regenerate)
    const turn = turns[place % turns.length]
    if (!turn) return
    this.waiting = this.waiting.filter((other) => other !== turn)
    const args = { messageId: turn.queryId }
    this.#add({ type: 'command', name: 'cancel', content: 'Withdrawn', args })
  }

  /** A query that may be replaced: answered, neither running nor to be answered again, not replaced yet. */
  #pickAnswered(place: number): string | undefined {
    const answered = this.#done.filter(
      (queryId) =>
        !this.replacedBy.has(queryId) &&
        this.running?.queryId !== queryId &&
        !this.waiting.some((turn) => turn.queryId === queryId),
    )
    return answered[place % answered.length]
  }

  #replace(queryId: string): void {
    if (this.#ran.includes(queryId)) return
    this.#ran.push(queryId)
    const replaced = this.#replaces.get(queryId)
    if (!replaced) return
    for (const earlier of this.#ran.slice(this.#ran.indexOf(replaced), -1)) {
      if (!this.replacedBy.has(earlier)) this.replacedBy.set(earlier, queryId)
    }
  }

  #choose(place: number): void {
    const answers = this.#answers.filter(({ answerId }) => this.texts.get(answerId))
    const answer = answers[place % answers.length]
    if (!answer) return
    const { queryId: replyTo, answerId: messageId } = answer
    this.chosen.set(replyTo, messageId)
    const args = { messageId, replyTo }
    this.#add({ type: 'command', name: 'choose', content: 'Chosen', args })
  }

  /** A query that waits: only those may be edited, held or withdrawn. */
  #pick(place: number): Waiting | undefined {
    const queries = this.waiting.filter(({ regenerate }) => !regenerate)
    return queries[place % queries.length]
  }

  #status(state: Extract<LogEvent, { type: 'status' }>['state']): void {
    if (!this.running) return
    const { queryId: messageId, answerId, attempt } = this.running
    this.#add({ type: 'status', state, messageId, answerId, attempt, content: `${state}...` })
  }
}

function priorityOf(high: boolean): Priority {
  return high ? 'high' : 'normal'
}

/** Logs of up to some hundred events. */
export const randomLog = fc
  .array(action, { maxLength: 80, size: 'max' })
  .map((actions) => new RandomLog(actions))
