/**
 * What the model is told to say, word for word: for the simulator as plans, and for the oracle as the text that a
 * call has to become. Pure; used by the runner and the oracle.
 */
import type { PlanInput } from '../src/server/simulator/plan.ts'
import type { Call, Script } from './schedule.ts'

/** Characters of one to four bytes, so that bytes can be cut anywhere. */
const extras = ['', ' é', ' –', ' 漢', ' 🙂', '\n'] as const

/** The call that the `nth` request of a question is answered with, from 0. */
export function callOf({ calls }: Script, nth: number): Call {
  const call = calls[Math.min(nth, calls.length - 1)]
  if (!call) throw new Error('a script has at least one call')
  return call
}

/** The pieces of the `nth` answer to a question. The first is long enough to be known again. */
function tokensOf(question: string, script: Script, nth: number): string[] {
  const own = Math.min(nth, script.calls.length - 1)
  const name = question.replaceAll(/[^\w]/g, '').slice(0, 24)
  const begin = script.says === 'same' ? `Answer${name}` : `Answer${own}${name}`
  return Array.from({ length: script.tokens }, (_, index) => {
    const word = script.says === 'same' ? `${index}` : `${own}.${index}`
    return `${index === 0 ? begin : word}${extras[index % extras.length]} `
  })
}

/** What the whole `nth` answer says. */
export function textOf(question: string, script: Script, nth: number): string {
  return tokensOf(question, script, nth).join('')
}

/** For the simulator, which keeps the last one for all further requests. */
export function plansOf(question: string, script: Script): PlanInput[] {
  return script.calls.map(({ firstTokenMs, tokensPerSecond, finish, ...rest }, nth) => ({
    tokens: tokensOf(question, script, nth),
    pace: { firstTokenMs, tokensPerSecond },
    ...(finish && { finishReason: finish }),
    ...rest,
  }))
}
