/** A frame that asks for something, as the use case that it is. Used by `plain-connection.ts`. */
import { assertNever } from '../../core/assert-never.ts'
import type { RequestContext } from '../trpc/context.ts'
import type { RequestFrame } from './incoming-frames.ts'
import type { Receipt } from './outgoing-frames.ts'

/** Throws `AgentError`. Resolves when it is committed (G4). */
export async function perform(
  ctx: Pick<RequestContext, 'agent' | 'identify' | 'takeQuery' | 'turn'>,
  sessionId: string,
  frame: RequestFrame,
): Promise<Receipt> {
  await ctx.turn()
  const { userId } = ctx.identify()
  const admit = () => ctx.takeQuery(userId)
  switch (frame.type) {
    case 'query': {
      const { type: verb, ...input } = frame
      return { verb, reply: await ctx.agent.query(userId, { sessionId, ...input }, admit) }
    }
    case 'command': {
      const { type: verb, ...input } = frame
      return { verb, reply: await ctx.agent.command(userId, { sessionId, ...input }, admit) }
    }
    case 'feedback': {
      const { type: verb, ...input } = frame
      return { verb, reply: await ctx.agent.feedback(userId, { sessionId, ...input }) }
    }
    default:
      return assertNever(frame)
  }
}
