/**
 * The verb `ask`: one question, and on stdout its answer and nothing else. On a terminal the answer comes as it is
 * made. Into a pipe it goes when it is whole: an answer that a crash made begin anew cannot be taken back there
 * (docs/decisions/047-a-pipe-gets-whole-answers.md).
 */
import { AgentClientError, type AnswerEnd, type SessionHandle } from '../client/index.ts'
import { exitCodes } from './exit-codes.ts'
import { plainText } from './plain-text.ts'

export interface AskInput {
  session: SessionHandle
  content: string
  /** Print one line of JSON in place of the text. */
  json: boolean
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
  /** Aborted by Ctrl-C: stops the answer. */
  interrupted: AbortSignal
}

/** How long a stop may take after Ctrl-C. */
const stopMs = 3_000

/** The exit code. */
export async function ask(input: AskInput): Promise<number> {
  const { session, content, json, stdout, stderr, interrupted } = input
  if (interrupted.aborted) return exitCodes.interrupted
  const answer = session.ask(content)
  const isShown = stdout.isTTY && !json
  const stop = new Promise<null>((resolve) => {
    interrupted.addEventListener('abort', () => resolve(null), { once: true })
  })
  try {
    const told = isShown ? showAsItComes(answer, stdout) : answer.done
    const end = await Promise.race([told, stop])
    if (!end) {
      await stopAnswer(session, answer.queryId)
      if (isShown) stdout.write('\n')
      stderr.write('Interrupted: the answer is stopped.\n')
      return exitCodes.interrupted
    }
    if (json) {
      const { sessionId } = session
      stdout.write(`${JSON.stringify({ sessionId, queryId: answer.queryId, ...end })}\n`)
    } else if (!isShown) {
      stdout.write(end.content.endsWith('\n') ? end.content : `${end.content}\n`)
    }
    if (end.finishReason === 'stop') return exitCodes.done
    stderr.write(`${notWhole[end.finishReason]}\n`)
    return exitCodes.notWhole
  } catch (cause) {
    if (!(cause instanceof AgentClientError)) throw cause
    const { reason, message, retryable, retryAfterMs } = cause
    if (json) {
      const error = { reason, message, retryable, ...(retryAfterMs && { retryAfterMs }) }
      stdout.write(`${JSON.stringify({ sessionId: session.sessionId, error })}\n`)
    }
    stderr.write(`${plainText(message)} (${reason})\n`)
    return exitCodes.failed
  }
}

const notWhole = {
  length: 'The answer is cut: it reached MAX_TOKENS.',
  content_filter: 'The answer is cut: the model filtered it.',
  cancelled: 'The answer was stopped from elsewhere.',
  interrupted: 'The answer is cut: the server ended in the middle of it.',
} as const

/** On a terminal what was begun with other words stays, and the answer that counts is shown under it. */
async function showAsItComes(
  answer: AsyncIterable<string> & { done: Promise<AnswerEnd> },
  stdout: NodeJS.WriteStream,
): Promise<AnswerEnd> {
  let shown = ''
  for await (const text of answer) {
    shown += text
    stdout.write(plainText(text))
  }
  const end = await answer.done
  if (shown !== end.content)
    stdout.write(`\n\nIt began anew. The answer:\n\n${plainText(end.content)}`)
  stdout.write('\n')
  return end
}

/** Withdrawn where it waits, stopped where it runs. */
async function stopAnswer(session: SessionHandle, queryId: string): Promise<void> {
  const stopped = session
    .withdraw(queryId)
    .then((outcome) => (outcome === 'withdrawn' ? null : session.stop()))
    .catch(() => null)
  const late = Promise.withResolvers<null>()
  const timer = setTimeout(() => late.resolve(null), stopMs)
  await Promise.race([stopped, late.promise])
  clearTimeout(timer)
}
