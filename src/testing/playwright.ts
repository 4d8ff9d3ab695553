/**
 * `agent-websocket/testing/playwright`: the kit as fixtures. One server for each worker of Playwright; after each
 * test it is as it was, but for what is stored, so let each test be a user of its own.
 */
import { test as base } from '@playwright/test'
import type { Connection } from './connection.ts'
import type { Model } from './model.ts'
import { type AgentServer, type AgentServerOptions, startAgentServer } from './server.ts'

export interface AgentFixtures {
  /** `kill`, `start`, `restart`, `notify`, and where it is. */
  server: AgentServer
  /** `hold`, `release`, `fail`, `next`, `answers`: what is answered, and when. */
  model: Model
  /** `cut`, `restore`, `cutAtEvent`: what the network does. */
  connection: Connection
}

export interface AgentWorkerFixtures {
  /** Set by `test.use` or in the configuration: settings, and the page that is tested. */
  agentServerOptions: AgentServerOptions
  agentServer: AgentServer
}

/** `baseURL` is the page's, where one was given in the options. */
export const test = base.extend<AgentFixtures, AgentWorkerFixtures>({
  agentServerOptions: [{}, { option: true, scope: 'worker' }],
  agentServer: [
    async ({ agentServerOptions }, use) => {
      const server = await startAgentServer(agentServerOptions)
      try {
        await use(server)
      } finally {
        await server[Symbol.asyncDispose]()
      }
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  server: [
    async ({ agentServer }, use) => {
      await use(agentServer)
      await agentServer.restore()
    },
    { auto: true },
  ],
  model: ({ agentServer }, use) => use(agentServer.model),
  connection: ({ agentServer }, use) => use(agentServer.connection),
  baseURL: ({ agentServer, baseURL }, use) => use(agentServer.pageUrl ?? baseURL),
})

export { expect } from '@playwright/test'
