/**
 * `agent-websocket/testing`: an agent server with a model that the test directs and a connection that it can cut, for
 * any test runner. Playwright's fixtures are `agent-websocket/testing/playwright`.
 */
export type { Connection } from './connection.ts'
export { type Model, type ModelRequest, type ModelServer, startModel } from './model.ts'
export type { Failure, Fault, Plan } from './plan.ts'
export {
  type AgentServer,
  type AgentServerOptions,
  type Notice,
  type ServerAddress,
  type Settings,
  type StartedPage,
  startAgentServer,
} from './server.ts'
