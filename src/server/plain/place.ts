/** Where a plain connection wants to be: `?session=<id>&last_event_id=<id>`. Used by `plain-connection.ts`. */
import type { Agent } from '../../core/agent/agent.ts'
import { AgentError } from '../../core/errors.ts'
import { type Inputs, inputs } from '../../core/inputs.ts'
import { wrongFields } from '../../core/wrong-fields.ts'

/** What the URL asks for. */
export interface Place {
  sessionId: string | null
  lastEventId: string | null
}

export function placeIn(url: URL | null): Place {
  const asked = url?.searchParams
  return {
    sessionId: asked?.get('session') ?? null,
    lastEventId: asked?.get('last_event_id') ?? null,
  }
}

/** What the user is to follow there: a new session where none is named. Throws `AgentError`. */
export async function followedAt(
  { sessionId, lastEventId }: Place,
  { agent, userId }: { agent: Pick<Agent, 'createSession'>; userId: string },
): Promise<Inputs['sessionEvents']> {
  if (sessionId === null) {
    if (lastEventId !== null) throw invalid({ session: 'is needed with last_event_id' })
    return { sessionId: (await agent.createSession(userId, {})).sessionId }
  }
  const parsed = inputs.sessionEvents.safeParse({ sessionId, lastEventId })
  if (!parsed.success) throw invalid(wrongFields(parsed.error.issues))
  return parsed.data
}

const names: Readonly<Record<string, string>> = {
  sessionId: 'session',
  lastEventId: 'last_event_id',
}

function invalid(fields: Record<string, string>): AgentError {
  const named = Object.entries(fields).map(([name, message]) => [names[name] ?? name, message])
  return new AgentError('INVALID_INPUT', { fields: Object.fromEntries(named) })
}
