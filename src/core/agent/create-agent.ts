/** Makes the agent out of its ports: the verbs over one set of shared parts. Used by `server/compose.ts`. */
import { SessionTails } from '../log/tail.ts'
import type { Clock, Ids } from '../ports/clock.ts'
import type { Logger } from '../ports/log.ts'
import type { Meter } from '../ports/meter.ts'
import type { Model } from '../ports/model.ts'
import type { Store } from '../ports/store.ts'
import type { Agent } from './agent.ts'
import { ask } from './ask.ts'
import { command } from './command.ts'
import { exportSession } from './export.ts'
import { feedback } from './feedback.ts'
import { LiveSessions } from './live-sessions.ts'
import { notify } from './notify.ts'
import { Admissions } from './once.ts'
import type { AgentParts } from './parts.ts'
import {
  createSession,
  deleteSession,
  followSession,
  getSession,
  history,
  listSessions,
  updateSession,
} from './session-verbs.ts'
import type { AgentSettings } from './settings.ts'
import { Spending } from './spending.ts'
import { Sweeper } from './sweeper.ts'
import { TurnRunner } from './turn-runner.ts'

export function createAgent(ports: {
  store: Store
  model: Model
  clock: Clock
  ids: Ids
  log: Logger
  meter?: Meter
  settings: AgentSettings
}): Agent {
  const { store } = ports
  const sessions = new LiveSessions(store)
  const turnParts = {
    ...ports,
    spending: new Spending(ports.clock),
  }
  const runner = new TurnRunner(turnParts, sessions)
  // Who reads it is here already: it goes on at once, and the sweep is for what nobody reads.
  const tails = new SessionTails(store, (sessionId) => runner.kick(sessionId))
  const sweeper = new Sweeper(turnParts, { sessions, runner })
  const admissions = new Admissions()
  const parts: AgentParts = { ...ports, sessions, tails, runner, admissions }
  return {
    createSession: (userId, input) => createSession(parts, userId, input),
    listSessions: (userId, input) => listSessions(parts, userId, input),
    getSession: (userId, input) => getSession(parts, userId, input),
    history: (userId, input) => history(parts, userId, input),
    updateSession: (userId, input) => updateSession(parts, userId, input),
    deleteSession: (userId, input) => deleteSession(parts, userId, input),
    exportSession: (userId, input) => exportSession(parts, userId, input),
    follow: (userId, input, signal) => followSession(parts, userId, input, signal),
    query: (userId, input, admit) => ask(parts, { userId, input, admit }),
    command: (userId, input, admit) => command(parts, { userId, input, admit }),
    feedback: (userId, input) => feedback(parts, userId, input),
    notify: (input) => notify(parts, input),

    recover: () => sweeper.start(),
    stats: () => ({
      activeTurns: runner.active,
      waitingTurns: runner.waiting,
      followers: tails.readers,
      liveSessions: sessions.size,
    }),
    async drain(deadlineMs) {
      await Promise.all([sweeper.stop(), runner.drain(deadlineMs)])
      await sessions.close()
    },
  }
}
