/**
 * The oracle: what is wrong with a run, by what was seen of it from outside and by nothing else. It knows the
 * shapes of events and none of the product's code that makes or folds them.
 */
import type { Observations, ObservedSession } from '../observations.ts'
import { checkAnswers } from './check-answers.ts'
import { checkCalls } from './check-calls.ts'
import { checkQueue } from './check-queue.ts'
import { checkReaders } from './check-readers.ts'
import { checkReceipts } from './check-receipts.ts'
import { checkTexts } from './check-texts.ts'
import { checkWriters } from './check-writers.ts'
import type { Finding, Tell } from './finding.ts'
import { historyOf } from './history.ts'
import { saidBy } from './said.ts'

export function judge(observations: Observations): Finding[] {
  const findings: Finding[] = observations.broken.map((detail) => ({
    kind: detail.startsWith('stuck') || detail.includes('not answered') ? 'stuck' : 'broken',
    session: '',
    detail,
  }))
  for (const detail of observations.doubled) {
    findings.push({ kind: 'two writers', session: '', detail })
  }
  const said = saidBy(observations)
  const unseen = { left: observations.closedKept }
  for (const session of observations.sessions) {
    const tell: Tell = (kind, detail) => findings.push({ kind, session: session.name, detail })
    checkEnd(session, tell)
    checkReaders(session, tell)
    checkWriters(session, tell)
    const history = historyOf(session.log)
    const { happened, shared, starvedMs } = observations
    checkAnswers(session, { history, said, happened, starvedMs, tell })
    checkTexts(session, { history, said, tell })
    checkCalls(history, { said, happened, shared, unseen, tell })
    checkQueue(session.log, tell)
    checkReceipts(session, { history, tell })
  }
  return findings
}

/** All is quiet at the end, and the log ends where the session says. */
function checkEnd({ state, log, lastSeq }: ObservedSession, tell: Tell): void {
  if (state !== 'idle' && state !== 'closed') tell('stuck', `the session is ${state} at the end`)
  const last = log.at(-1)?.seq ?? 0
  if (last !== lastSeq) tell('lost', `the log ends at ${last}, and should at ${lastSeq}`)
}
