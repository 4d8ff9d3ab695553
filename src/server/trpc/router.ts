/** The procedures of contract section 3: input, verb, output. */
import { z } from 'zod'
import { AgentError } from '../../core/errors.ts'
import { inputs } from '../../core/inputs.ts'
import { forOperators, forServices, open, owned, router } from './init.ts'
import { paced } from './paced.ts'

const token = z.string().min(1).max(8192)
const userId = z.string().min(1).max(256)
const never = new AbortController().signal

const auth = router({
  guest: open
    .input(z.strictObject({ identity: token.optional() }).optional())
    .mutation(({ ctx, input }) => {
      if (!ctx.issueGuest) throw new AgentError('BAD_TOKEN', { message: 'Guests are not let in.' })
      return ctx.issueGuest(input?.identity)
    }),
  refresh: open.input(z.strictObject({ token })).mutation(async ({ ctx, input }) => {
    const { userId, expiresAtMs } = await ctx.refresh(input.token)
    return { userId, expiresAt: new Date(expiresAtMs).toISOString() }
  }),
  revoke: forOperators.input(z.strictObject({ userId })).mutation(async ({ ctx, input }) => {
    const untilMs = await ctx.revoke(input.userId)
    return { userId: input.userId, issuedUntil: new Date(untilMs).toISOString() }
  }),
})

const session = router({
  create: owned
    .input(inputs.sessionCreate)
    .mutation(({ ctx, input }) => ctx.agent.createSession(ctx.userId, input)),
  list: owned
    .input(inputs.sessionList)
    .query(({ ctx, input }) => ctx.agent.listSessions(ctx.userId, input)),
  get: owned
    .input(inputs.sessionGet)
    .query(({ ctx, input }) => ctx.agent.getSession(ctx.userId, input)),
  history: owned
    .input(inputs.sessionHistory)
    .query(({ ctx, input }) => ctx.agent.history(ctx.userId, input)),
  update: owned
    .input(inputs.sessionUpdate)
    .mutation(({ ctx, input }) => ctx.agent.updateSession(ctx.userId, input)),
  delete: owned
    .input(inputs.sessionDelete)
    .mutation(({ ctx, input }) => ctx.agent.deleteSession(ctx.userId, input)),
  export: owned
    .input(inputs.sessionExport)
    .query(({ ctx, input }) => ctx.agent.exportSession(ctx.userId, input)),
  events: owned.input(inputs.sessionEvents).subscription(async ({ ctx, input, signal = never }) => {
    const leave = await ctx.enterSubscription()
    try {
      return paced(ctx, await ctx.agent.follow(ctx.userId, input, signal), { signal, leave })
    } catch (cause) {
      leave()
      throw cause
    }
  }),
})

const agent = router({
  query: owned
    .input(inputs.agentQuery)
    .mutation(({ ctx, input }) =>
      ctx.agent.query(ctx.userId, input, () => ctx.takeQuery(ctx.userId)),
    ),
  command: owned
    .input(inputs.agentCommand)
    .mutation(({ ctx, input }) =>
      ctx.agent.command(ctx.userId, input, () => ctx.takeQuery(ctx.userId)),
    ),
  feedback: owned
    .input(inputs.agentFeedback)
    .mutation(({ ctx, input }) => ctx.agent.feedback(ctx.userId, input)),
})

export const appRouter = router({
  info: open.input(z.strictObject({}).nullish()).query(({ ctx }) => ctx.info),
  auth,
  session,
  agent,
  notify: forServices.input(inputs.notify).mutation(async ({ ctx, input }) => {
    await ctx.takeNotification(ctx.service)
    return ctx.agent.notify(input)
  }),
})

export type AppRouter = typeof appRouter
