/** What the page's client throws where users have a login of their own and somebody has to go there. */
import { AgentClientError } from '../../client/index.ts'

/** Nobody is signed in, the sign-in is over, or this page is of somebody who is not signed in any more. */
export type WhySignIn = 'nobody' | 'ended' | 'other'

export class SignInNeeded extends AgentClientError {
  readonly why: WhySignIn

  constructor(why: WhySignIn) {
    // Tried again, so that the page goes on by itself once somebody has signed in.
    super('NO_TOKEN', { retryable: true })
    this.why = why
  }
}
