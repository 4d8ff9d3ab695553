/**
 * `npm test`: all lanes, or those that are named (`npm test -- types unit`). Each tool's output is shown;
 * the last line counts the tests of all of them: `N passed, N failed`.
 */
import { type Count, type LaneName, laneNames, lanes, type Tool } from './lanes.ts'
import { runSteps } from './steps.ts'

const isLane = (name: string): name is LaneName => laneNames.some((it) => it === name)

const named = process.argv.slice(2)
const unknown = named.filter((name) => !isLane(name))
let stoppedBy: NodeJS.Signals | null = null
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stoppedBy = signal
  })
}

if (unknown.length > 0) {
  console.error(`No such lane: ${unknown.join(', ')}. The lanes are: ${laneNames.join(', ')}.`)
  process.exitCode = 1
} else {
  process.exitCode = await runLanes(
    laneNames.filter((it) => named.length === 0 || named.includes(it)),
  )
}

async function runLanes(chosen: readonly LaneName[]): Promise<number> {
  const results: { lane: LaneName; count: Count }[] = []
  for (const lane of chosen) {
    console.log(`\n── ${lane} ──`)
    for (const tool of lanes[lane]) results.push({ lane, count: await runTool(tool) })
    if (stoppedBy) break
  }
  if (stoppedBy) {
    console.error(`Stopped by ${stoppedBy}.`)
    return 1
  }

  console.log('')
  for (const lane of chosen) {
    const { passed, failed, skipped } = sum(results.filter((it) => it.lane === lane))
    const more = skipped > 0 ? `, ${skipped} skipped` : ''
    console.log(`${lane.padEnd(12)} ${passed} passed, ${failed} failed${more}`)
  }
  const { passed, failed } = sum(results)
  console.log(`\n${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

async function runTool(tool: Tool): Promise<Count> {
  try {
    return tool.count((await runSteps(tool.steps())) === 0)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

function sum(results: readonly { count: Count }[]): Count {
  const total: Count = { passed: 0, failed: 0, skipped: 0 }
  for (const { count } of results) {
    total.passed += count.passed
    total.failed += count.failed
    total.skipped += count.skipped
  }
  return total
}
