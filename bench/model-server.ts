/**
 * The model that all subjects of the benchmark ask, in a process of its own: chat completions as
 * server-sent events, each answer of the same number of tokens, each token saying when it was sent.
 * Whatever it is asked, it answers alike. Started by the stage.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pathToFileURL } from 'node:url'
import { createFlood } from './model/flood.ts'
import { createPaced } from './model/paced.ts'
import type { Pace } from './model/stream.ts'
import { serve } from './rpc.ts'

export interface ModelPlan {
  /** Of one answer. */
  tokens: number
  tokenChars: number
  /** Tokens a second of one answer, or as fast as the subject reads. */
  rate: number | 'flood'
}

/** Listens on a free port of 127.0.0.1. */
export async function openModelServer(plan: ModelPlan): Promise<{
  port: number
  close(): Promise<void>
}> {
  const pace: Pace =
    plan.rate === 'flood' ? createFlood(plan) : createPaced({ ...plan, rate: plan.rate })
  const server = createServer((request, response) => {
    request.resume()
    request.once('end', () => begin(response, pace))
  })
  // A connection that waits between two answers is the subject's to close.
  server.keepAliveTimeout = 120_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    async close() {
      pace.close()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function begin(response: ServerResponse, pace: Pace): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  response.flushHeaders()
  response.once('close', pace.add(response))
}

/** What the process serves. */
const modelVerbs = {
  async open(plan: ModelPlan): Promise<number> {
    return (await openModelServer(plan)).port
  },
}

export type ModelVerbs = typeof modelVerbs

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) serve(modelVerbs)
