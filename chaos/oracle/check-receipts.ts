/** What a caller was told holds: what was acknowledged is there, and a stop was the end (G4, G5). */
import type { ObservedSession, Receipt } from '../observations.ts'
import type { Tell } from './finding.ts'
import type { History } from './history.ts'

export function checkReceipts(
  session: ObservedSession,
  { history, tell }: { history: History; tell: Tell },
): void {
  const seqs = new Map<string, number>()
  for (const receipt of session.receipts) {
    checkKept(session, receipt, tell)
    if (receipt.kind === 'command') checkStop(session, receipt, { history, tell })
    if (receipt.kind !== 'query') continue
    const { id, seq } = receipt
    if ((seqs.get(id) ?? seq) !== seq) tell('turn twice', `query ${id} has two places in the log`)
    seqs.set(id, seq)
  }
  for (const { id, reason } of session.refusals) {
    const isThere = session.log.some((event) => event.type === 'query' && event.messageId === id)
    if (isThere) tell('changed', `query ${id} was refused (${reason}), and is there`)
  }
}

function checkKept({ log }: ObservedSession, receipt: Receipt, tell: Tell): void {
  const { seq } = receipt
  const event = log.find((each) => each.seq === seq)
  const gone = (what: string) => tell('not kept', `${what} was acknowledged as ${seq}, and is gone`)
  switch (receipt.kind) {
    case 'query': {
      const { id, content } = receipt
      const isKept = event?.type === 'query' && event.messageId === id && event.content === content
      if (!isKept || event.state !== 'queued') gone(`query ${id}`)
      return
    }
    case 'feedback':
      if (event?.type !== 'feedback' || event.messageId !== receipt.messageId) gone('a rating')
      return
    case 'command': {
      // One that changed nothing has no event of its own.
      const changes = receipt.outcome === 'ok' || receipt.outcome === 'withdrawn'
      if (!changes || receipt.name === 'choose') return
      if (event?.type !== 'command' && event?.type !== 'query') gone(`a ${receipt.name}`)
      return
    }
  }
}

/** Nothing of a stopped answer has a higher number than the receipt says. */
function checkStop(
  { log, given }: ObservedSession,
  receipt: Extract<Receipt, { kind: 'command' }>,
  { history, tell }: { history: History; tell: Tell },
): void {
  const { outcome, seq, lastSeq } = receipt
  if (outcome !== 'cancelled' || lastSeq === undefined) return
  const command = log.find((event) => event.seq === seq)
  const answerId = command?.type === 'command' ? command.args?.messageId : undefined
  const end = history.answers.get(String(answerId))?.ends[0]
  if (end?.type !== 'response' || end.finishReason !== 'cancelled' || end.seq !== lastSeq) {
    tell('changed', `the stop at ${seq} was to end its answer at ${lastSeq}, and did not`)
  }
  for (const { reader, events } of [{ reader: 'log', events: log }, ...given]) {
    for (const event of events) {
      if (event.type !== 'delta' || event.messageId !== answerId || event.seq <= lastSeq) continue
      tell('after the end', `${reader} was given delta ${event.seq} after the stop at ${lastSeq}`)
    }
  }
}
