/** Runs the steps that it gets as JSON, as `start.ts` does: a process for `steps.test.ts` to signal and kill. */
import { runSteps, type Step } from '../steps.ts'

const [steps = '[]', stopDeadlineMs = '10000'] = process.argv.slice(2)
process.exitCode = await runSteps(JSON.parse(steps) as Step[], {
  stopDeadlineMs: Number(stopDeadlineMs),
  onReady: () => console.log('ready'),
})
