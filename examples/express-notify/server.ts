/**
 * A backend that tells people in their chats that a build is done. A build server calls
 * `POST /build-done` with `{ project, build, userId, ok }`; see the README.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createTRPCClient, httpLink, isTRPCClientError } from '@trpc/client'
import type { AppRouter } from 'agent-websocket/server'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'

const agentUrl = process.env.AGENT_URL ?? 'http://127.0.0.1:3001'
const port = Number(process.env.PORT ?? 3020)
/** One of the agent server's `SERVICE_TOKENS`. */
const serviceToken = need('SERVICE_TOKEN')
/** What the build server says to be let in here. */
const buildToken = need('BUILD_TOKEN')

const agent = createTRPCClient<AppRouter>({
  links: [
    httpLink({ url: `${agentUrl}/trpc`, headers: { authorization: `Bearer ${serviceToken}` } }),
  ],
})

const app = express()
app.use(express.json())

app.post('/build-done', onlyBuildServer(), async (request, response) => {
  const done = readBuild(request.body)
  if (!done) {
    response.status(400).json({ error: 'project, build, userId and ok are needed' })
    return
  }
  const { project, build, userId, ok } = done
  const { sessions } = await agent.notify.mutate(
    {
      userId,
      // The same build is the same notification, however often the build server says it.
      id: idOf(project, build),
      content: `Build ${build} of ${project} is ${ok ? 'green' : 'red'}.`,
      level: ok ? 'success' : 'error',
      data: { project, build },
    },
    { signal: AbortSignal.timeout(10_000) },
  )
  response.json({ toldChats: sessions.length })
})

/** What cannot be done now, the build server may say again: the id makes it once. */
const onError: ErrorRequestHandler = (error, _request, response, _next) => {
  console.error(error)
  const refused = isTRPCClientError<AppRouter>(error) ? error.data : null
  if (refused && refused.httpStatus < 500 && refused.retryAfterMs === undefined) {
    response.status(502).json({ error: `the agent server refuses: ${refused.reason}` })
    return
  }
  const waitMs = refused?.retryAfterMs ?? 5_000
  response.set('Retry-After', String(Math.ceil(waitMs / 1_000)))
  response.status(503).json({ error: 'the agent server cannot be told now' })
}
app.use(onError)

const server = app.listen(port, '127.0.0.1', (error) => {
  if (error) throw error
  console.log(`Tell me of builds: http://127.0.0.1:${port}/build-done`)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.close())

interface Build {
  project: string
  build: number
  userId: string
  ok: boolean
}

function readBuild(body: Partial<Record<keyof Build, unknown>> | undefined): Build | null {
  const { project, build, userId, ok } = body ?? {}
  const isRight =
    typeof project === 'string' &&
    typeof build === 'number' &&
    typeof userId === 'string' &&
    typeof ok === 'boolean'
  return isRight ? { project, build, userId, ok } : null
}

/** A UUID that is the same for the same build. */
function idOf(project: string, build: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([project, build]))
    .digest('hex')
  return hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function onlyBuildServer(): RequestHandler {
  const hashOf = (text: string) => createHash('sha256').update(text).digest()
  const wanted = hashOf(`Bearer ${buildToken}`)
  return (request, response, next) => {
    if (timingSafeEqual(hashOf(request.get('authorization') ?? ''), wanted)) next()
    else response.status(401).json({ error: 'not the build server' })
  }
}

function need(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: see the README`)
  return value
}
