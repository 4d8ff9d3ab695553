/**
 * The simulator's plans and requests over HTTP, for tests and programs in other processes. Off unless asked for.
 *
 *   POST /control/next      a plan, or a list of plans: for the next requests, one each
 *   POST /control/always    a plan for all others, or null
 *   POST /control/questions { "question": [plans] }: for the requests that ask exactly this, one each, the last for the rest
 *   POST /control/reset     forgets plans and requests; counts from 1 again
 *   GET  /control/connections  { "opened", "closed" }: of those that callers kept, so many were closed from here
 *   GET  /control/requests  those that are kept, oldest first, with their states
 *   GET  /control/requests/N           the N-th one; answers when it is there
 *   GET  /control/requests/N/held      answers when it stands at its hold, or is over
 *   GET  /control/requests/N/finished  answers when it is over
 *   POST /control/requests/N/release   { "tokens"? }: lets it go on
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { KeptConnections } from './kept-connections.ts'
import { plan } from './plan.ts'
import { readJson } from './read-json.ts'
import type { Requests } from './requests.ts'
import { errorBody, sendJson } from './wire.ts'

const somePlans = z.union([plan, z.array(plan)])
const byQuestion = z.record(z.string(), z.array(plan).min(1))
const anyPlan = plan.nullable()
const release = z.strictObject({ tokens: z.int().positive().optional() })

const onePath = /^\/control\/requests\/([1-9]\d{0,8})(?:\/(held|finished|release))?$/

export async function handleControl(
  { requests, connections }: { requests: Requests; connections: KeptConnections },
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const path = req.url ?? ''
  const one = onePath.exec(path)
  if (req.method === 'GET') {
    if (path === '/control/connections') {
      return sendJson(res, 200, { opened: connections.opened, closed: connections.closed })
    }
    if (path === '/control/requests') return sendJson(res, 200, requests.list)
    if (one && one[2] !== 'release') return sendOne(requests, Number(one[1]), one[2], res)
    return notFound(res)
  }
  if (req.method !== 'POST') return notFound(res)
  const body = await readJson(req)
  const value = body.kind === 'json' ? body.value : undefined
  switch (path) {
    case '/control/next':
      return apply(somePlans.safeParse(value), res, (plans) => requests.next([plans].flat()))
    case '/control/always':
      return apply(anyPlan.safeParse(value), res, (always) => requests.always(always))
    case '/control/questions':
      return apply(byQuestion.safeParse(value), res, (plans) => requests.questions(plans))
    case '/control/reset':
      requests.reset()
      return sendJson(res, 200, { ok: true })
  }
  const request = one?.[2] === 'release' ? requests.find(Number(one[1])) : undefined
  if (!request) return notFound(res)
  apply(release.safeParse(value ?? {}), res, ({ tokens }) => request.release(tokens))
}

async function sendOne(
  requests: Requests,
  number: number,
  moment: string | undefined,
  res: ServerResponse,
): Promise<void> {
  try {
    const request = await requests.wait(number)
    if (moment === 'held') await request.held()
    if (moment === 'finished') await request.finished
    sendJson(res, 200, request)
  } catch {
    notFound(res)
  }
}

function apply<T>(
  parsed: z.ZodSafeParseResult<T>,
  res: ServerResponse,
  run: (value: T) => void,
): void {
  if (parsed.success) {
    run(parsed.data)
    sendJson(res, 200, { ok: true })
  } else {
    sendJson(res, 400, errorBody(400, z.prettifyError(parsed.error)))
  }
}

function notFound(res: ServerResponse): void {
  sendJson(res, 404, errorBody(404, 'Not found'))
}
