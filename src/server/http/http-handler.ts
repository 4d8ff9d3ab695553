/** The paths of contract section 1 over HTTP. Used by `serve.ts`. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import { bearerToken, createRequestContext, recognise, type Services } from '../request-context.ts'
import { appRouter } from '../trpc/router.ts'
import { reportError } from '../trpc-errors.ts'
import { maxBatchSize, maxPayload } from '../websocket/frames.ts'
import { answerJson } from './answer.ts'
import type { Addresses } from './client-address.ts'
import { allowOrigin, answerPreflight, isPreflight } from './cors.ts'
import { createDoor } from './door.ts'
import { HttpCaller, type OpenStreams } from './http-caller.ts'
import type { OriginCheck } from './origins.ts'
import { createPipelineGuard } from './pipeline-guard.ts'
import { readiness } from './ready.ts'
import { answerRefused, refusalOf } from './refused-call.ts'
import { requestTarget } from './request-target.ts'

export interface HttpHandlerInput {
  services: Services
  originOf: OriginCheck
  addresses: Addresses
  streams: OpenStreams
  /** Rejects while the store does not answer. */
  ping(): Promise<void>
}

/** tRPC sets `Vary` itself, over what `cors.ts` has set. */
const varyOrigin = { headers: new Headers({ vary: 'origin' }) }

export function createHttpHandler(input: HttpHandlerInput) {
  const { services, originOf, addresses, streams } = input

  const pipelines = createPipelineGuard()
  const isLetIn = createDoor({ services, addresses, originOf, pipelines })

  function trpc(request: IncomingMessage, response: ServerResponse, path: string): void {
    if (originOf(request) === 'foreign') {
      answerJson(response, 403, { error: 'This origin is not allowed.' })
      return
    }
    allowOrigin(request, response)
    if (isPreflight(request)) {
      answerPreflight(response)
      return
    }
    const refused = refusalOf(request)
    if (refused) {
      answerRefused(response, refused)
      return
    }
    void nodeHTTPRequestHandler({
      req: request,
      res: response,
      path,
      router: appRouter,
      maxBatchSize,
      maxBodySize: maxPayload(services.limits.maxMessageBytes),
      responseMeta: () => varyOrigin,
      onError: (info) => reportError(services, info),
      async createContext() {
        const caller = new HttpCaller(addresses.of(request), { services, streams, response })
        await recognise(services, caller, bearerToken(request.headers.authorization))
        return createRequestContext(services, caller)
      },
    })
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLetIn(request, response)) return
    await pipelines.turn(response)
    if (response.destroyed) return
    const target = requestTarget(request)
    if (!target) {
      answerJson(response, 400, { error: 'The URL or the Host header is not valid.' })
      return
    }
    const { pathname } = target
    if (pathname === '/trpc' || pathname.startsWith('/trpc/')) {
      trpc(request, response, pathname.slice('/trpc/'.length))
      return
    }
    switch (pathname) {
      case '/healthz':
        answerJson(response, 200, { status: 'ok' })
        return
      case '/readyz': {
        const status = await readiness({ ping: input.ping, draining: services.draining })
        answerJson(response, status === 'ready' ? 200 : 503, { status })
        return
      }
      case '/metrics': {
        const { metrics } = services
        response.writeHead(200, { 'content-type': metrics.contentType })
        response.end(await metrics.text())
        return
      }
      default:
        answerJson(response, 404, { error: 'There is nothing here.' })
    }
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((cause: unknown) => {
      services.log.error({ err: cause }, 'a request failed')
      response.destroy()
    })
  }
}
