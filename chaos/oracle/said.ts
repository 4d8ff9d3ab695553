/** What the model said to each question, by the scripts and the simulator's record of requests. */
import type { Observations } from '../observations.ts'
import type { Call } from '../schedule.ts'
import { callOf, textOf } from '../scripts.ts'

export interface Said {
  call: Call
  /** The whole answer that this call can become: with the beginning that came along. */
  text: string
}

/** By question, in the order of the calls. */
export type SaidBy = ReadonlyMap<string, readonly Said[]>

export function saidBy({ requests, scripts }: Observations): SaidBy {
  const said = new Map<string, Said[]>()
  for (const { question, prefix } of requests) {
    const calls = said.get(question) ?? []
    said.set(question, calls)
    const script = scripts.get(question)
    if (!script) continue
    const nth = calls.length
    const text = textOf(question, script, nth)
    calls.push({ call: callOf(script, nth), text: goneOn(prefix ?? '', text) })
  }
  return said
}

/** A beginning, and what a model says that was given it: what it repeats of it counts once (rule T2). */
function goneOn(prefix: string, text: string): string {
  for (let length = Math.min(prefix.length, text.length); length > 0; length--) {
    const repeated = text.slice(0, length)
    const isAll = length === prefix.length
    if (prefix.endsWith(repeated) && (isAll || isTelling(repeated)))
      return prefix + text.slice(length)
  }
  return prefix + text
}

/** Fewer letters and digits than this are the same by chance. */
function isTelling(text: string): boolean {
  return (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= 8
}
