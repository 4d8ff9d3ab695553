/**
 * Runs processes one after the other: each when the one before is done or answers. The last ones stay
 * until a signal comes or one of them ends; then all are stopped. Used by `start.ts`, `build.ts` and
 * `test.ts`.
 */
import { type Child, type Command, type Exit, startChild } from './child.ts'

/** A step is over when its process has ended well, or when it answers at a URL and goes on. */
export type Step = Command &
  ({ until: 'done'; whenDone?: () => void } | { until: 'answers'; url: string; deadlineMs: number })

/** What the caller of `runSteps` may want to know or set. */
export interface StepsOptions {
  /** All steps are over, and processes are running. */
  onReady?: () => void
  /** How long a process that was asked to end may take before it is killed. */
  stopDeadlineMs?: number
}

type Outcome = { kind: 'ready' } | { kind: 'signal' } | { kind: 'ended'; child: Child; exit: Exit }

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const pollMs = 100

/**
 * Resolves to the exit code for the script: 0 when all ended well or a signal stopped it, 1 when a step
 * failed or a process ended that should have gone on.
 */
export async function runSteps(
  steps: readonly Step[],
  options: StepsOptions = {},
): Promise<number> {
  const { onReady, stopDeadlineMs = 10_000 } = options
  const running: Child[] = []
  const stopped = Promise.withResolvers<Outcome>()
  // A terminal and npm may both send the signal: the second is the same Ctrl-C.
  const onSignal = () => stopped.resolve({ kind: 'signal' })
  for (const name of signals) process.on(name, onSignal)
  try {
    for (const step of steps) {
      const child = startChild(step)
      running.push(child)
      const over = new AbortController()
      const outcome = await Promise.race([
        stopped.promise,
        ...running.map(ended),
        ...(step.until === 'answers' ? [answers(step, over.signal)] : []),
      ]).finally(() => over.abort())
      if (outcome.kind === 'signal') return 0
      if (outcome.kind === 'ended') {
        if (step.until !== 'done' || outcome.child !== child || !isGood(outcome.exit)) {
          complain(outcome.child.name, outcome.exit)
          return 1
        }
        running.splice(running.indexOf(child), 1)
        step.whenDone?.()
      }
    }
    if (running.length === 0) return 0
    onReady?.()
    const outcome = await Promise.race([stopped.promise, ...running.map(ended)])
    if (outcome.kind !== 'ended') return 0
    complain(outcome.child.name, outcome.exit)
    return 1
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    console.error(error.message)
    return 1
  } finally {
    await Promise.all(running.map((child) => child.stop(stopDeadlineMs)))
    for (const name of signals) process.off(name, onSignal)
  }
}

class NoAnswer extends Error {}

const ended = (child: Child): Promise<Outcome> =>
  child.exited.then((exit) => ({ kind: 'ended', child, exit }))

const isGood = (exit: Exit) => 'code' in exit && exit.code === 0

/** A process that ends with 1 has said why: one message is enough. */
function complain(name: string, exit: Exit): void {
  if ('signal' in exit) console.error(`${name} was ended by ${exit.signal}.`)
  else if (exit.code !== 1) console.error(`${name} ended with exit code ${exit.code}.`)
}

/** Resolves when the URL answers without a server error. */
async function answers(
  step: { name: string; url: string; deadlineMs: number },
  signal: AbortSignal,
): Promise<Outcome> {
  const deadline = AbortSignal.timeout(step.deadlineMs)
  const either = AbortSignal.any([signal, deadline])
  while (!either.aborted) {
    const response = await fetch(step.url, { signal: either, redirect: 'manual' }).catch(() => null)
    await response?.body?.cancel()
    if (response && response.status < 500) return { kind: 'ready' }
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  if (signal.aborted) return { kind: 'signal' }
  throw new NoAnswer(
    `${step.name} did not answer at ${step.url} within ${step.deadlineMs / 1000} s.`,
  )
}
