'use client'
/**
 * Says that somebody has to sign in, and where, while the connection waits for it. It goes by itself when they
 * have: the connection tries again. Only where users have a login of their own.
 */
import { createContext, Suspense, useContext } from 'react'
import { useConnection } from '../../client/react/index.ts'
import { later } from '../components/later.tsx'
import { SignInNeeded } from './sign-in-needed.ts'

const SignInBox = later(() => import('../components/sign-in-box.tsx'))

/** Where people sign in; null where the operator has not said. */
export const SignInUrl = createContext<string | null>(null)

export function SignInNotice() {
  const url = useContext(SignInUrl)
  const connection = useConnection()
  const error = connection.state === 'offline' ? connection.error : null
  if (!(error instanceof SignInNeeded)) return null
  return (
    <Suspense>
      <SignInBox why={error.why} url={url} />
    </Suspense>
  )
}
