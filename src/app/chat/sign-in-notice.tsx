'use client'
/**
 * Says that somebody has to sign in, and where, while the connection waits for it. It goes by itself when they
 * have: the connection tries again. Only where users have a login of their own.
 */
import { createContext, useContext } from 'react'
import { useConnection } from '../../client/react/index.ts'
import { useText } from '../i18n/use-text.tsx'
import { SignInNeeded } from './sign-in-needed.ts'

/** Where people sign in; null where the operator has not said. */
export const SignInUrl = createContext<string | null>(null)

export function SignInNotice() {
  const signInUrl = useContext(SignInUrl)
  const { signIn: text } = useText()
  const connection = useConnection()
  const error = connection.state === 'offline' ? connection.error : null
  if (!(error instanceof SignInNeeded)) return null
  return (
    <div
      role="alert"
      className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-md border border-line bg-wash px-4 py-3 text-sm"
    >
      <p className="text-ink">{text[error.why]}</p>
      {signInUrl && (
        <a
          href={signInUrl}
          className="font-medium text-ink underline decoration-edge underline-offset-4 hover:decoration-ink"
        >
          {text.link}
        </a>
      )}
    </div>
  )
}
