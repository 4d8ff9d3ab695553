import { makeSchedule } from './make-schedule.ts'
import { describe } from './schedule.ts'
import { judge } from './oracle/judge.ts'
import { runSchedule } from './run-schedule.ts'
import { Stage } from './stage.ts'
import { takeoversOf } from './takeovers.ts'
const from = Number(process.argv[2] ?? 1), n = Number(process.argv[3] ?? 1)
const stage = await Stage.open({ smallDisk: true })
let bad = 0
const t0 = performance.now()
for (let seed = from; seed < from + n; seed++) {
  const s = makeSchedule(seed)
  const t = performance.now()
  const run = await runSchedule(stage, s)
  const f = judge(run.observations)
  console.log(seed, s.policy, Math.round(performance.now() - t), 'ms', JSON.stringify(Object.fromEntries(run.counts)), takeoversOf(run.outages, run.near).map(Math.round).join(','))
  if (f.length) { bad++; console.log(describe(s)); for (const x of f.slice(0, 8)) console.log('   FINDING', x.kind, x.session, x.detail)
    if (process.env.DUMP) for (const se of run.observations.sessions) { console.log(se.name); for (const e of se.log) console.log('    ', e.seq, e.type, 'state' in e ? e.state : '', 'name' in e ? e.name : '', 'answerId' in e ? e.answerId?.slice(0,5) : '', 'messageId' in e ? e.messageId?.slice(0,5) : '', 'attempt' in e ? e.attempt: '', 'finishReason' in e ? e.finishReason : '', 'code' in e ? e.code : '', JSON.stringify(e.content.slice(0, 50))) }
  }
}
console.log('bad', bad, 'of', n, Math.round((performance.now() - t0) / n), 'ms each, peak', Math.round(stage.peakBytes / 1e6))
await stage[Symbol.asyncDispose]()
process.exit(0)
