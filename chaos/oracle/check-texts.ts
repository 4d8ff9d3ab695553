/**
 * The final text is the script of the attempt that won, and each piece that anyone was given is of a script too,
 * in its place, and still there at the end (G2, G3, T1, T2).
 */
import type { DeltaEvent, ResponseEvent } from '../../src/core/events.ts'
import type { GivenTo, ObservedSession } from '../observations.ts'
import type { Tell } from './finding.ts'
import type { Answer, History } from './history.ts'
import type { SaidBy } from './said.ts'

interface Known {
  history: History
  said: SaidBy
  tell: Tell
}

export function checkTexts({ log, given }: ObservedSession, known: Known): void {
  const { history, tell } = known
  for (const answer of history.answers.values()) {
    const end = answer.ends[0]
    if (end?.type === 'response') checkResponse(end, answer, known)
  }
  const kept = textsOf({ reader: 'log', events: log }, tell)
  for (const each of given) {
    for (const [key, seen] of textsOf(each, tell))
      checkSeen(each.reader, seen, { kept, key, known })
  }
}

function checkResponse(
  { content, finishReason, messageId }: ResponseEvent,
  { question }: Answer,
  { said, tell }: Known,
): void {
  const calls = said.get(question) ?? []
  const isWhole = finishReason !== 'cancelled' && finishReason !== 'interrupted'
  const fits = isWhole
    ? calls.some(
        ({ call, text }) =>
          text === content && (call.finish ?? 'stop') === finishReason && canEnd(call.fault?.kind),
      )
    : content === '' || calls.some(({ text }) => text.startsWith(content))
  if (fits) return
  const words = `${finishReason}, ${content.length} characters: ${JSON.stringify(content.slice(-60))}`
  tell('wrong text', `answer ${messageId} is none of the ${calls.length} that were said (${words})`)
}

/** Faults after which an answer may still be whole. */
function canEnd(kind: string | undefined): boolean {
  return kind === undefined || kind === 'garbage' || kind === 'no-end'
}

interface Seen {
  answerId: string
  attempt: number
  text: string
}

/** The text of each attempt as far as it was given in pieces. */
function textsOf({ reader, events }: GivenTo, tell: Tell): Map<string, Seen> {
  const texts = new Map<string, Seen>()
  const latest = new Map<string, Seen>()
  for (const event of events) {
    if (event.type !== 'delta') continue
    const key = keyOf(event)
    const before = texts.get(key) ?? latest.get(event.messageId)
    const stood = before?.text ?? ''
    if (event.offset > stood.length) {
      const gap = `${event.offset - stood.length} characters before delta ${event.seq}`
      tell('lost', `${reader} was not given ${gap}`)
    }
    const text = stood.slice(0, event.offset) + event.content
    const seen = { answerId: event.messageId, attempt: event.attempt, text }
    texts.set(key, seen)
    latest.set(event.messageId, seen)
  }
  return texts
}

const keyOf = ({ messageId, attempt }: DeltaEvent) => `${messageId} ${attempt}`

function checkSeen(
  reader: string,
  { answerId, attempt, text }: Seen,
  { kept, key, known }: { kept: Map<string, Seen>; key: string; known: Known },
): void {
  const { history, said, tell } = known
  const answer = history.answers.get(answerId)
  const what = `what ${reader} was given of attempt ${attempt} of ${answerId}`
  if (!answer) {
    tell('not kept', `${what} is of no answer`)
    return
  }
  if (!(said.get(answer.question) ?? []).some((call) => call.text.startsWith(text))) {
    tell('wrong text', `${what} was never said: ${JSON.stringify(text.slice(-60))}`)
  }
  const end = answer.ends[0]
  if (end?.type === 'response') {
    if (!isIn(end, text, answer, attempt)) tell('not kept', `${what} is not in the answer`)
  } else if (end && !kept.get(key)?.text.startsWith(text)) {
    tell('not kept', `${what} is not in the log`)
  }
}

/** An attempt that was begun again withdraws what came before it, and says so; one that went on keeps it. */
function isIn(end: ResponseEvent, text: string, { attempts }: Answer, attempt: number): boolean {
  if (end.attempt === attempt) return end.content.startsWith(text)
  const later = attempts.filter(({ number }) => number > attempt)
  if (later.some(({ begun }) => begun === 'restarting')) return true
  // What is gone on from does not end in white space.
  return end.content.startsWith(text.trimEnd())
}
