'use client'
/** The client, the theme and the toasts around everything that the page shows. */
import './no-eval.ts'
import { ThemeProvider } from 'next-themes'
import { Suspense, useEffect, useState } from 'react'
import { AgentProvider } from '../../client/react/index.ts'
import { later } from '../components/later.tsx'
import type { PageAuth } from '../page-auth.ts'
import { ChatShell } from './chat-shell.tsx'
import { NotificationToasts } from './notification-toasts.tsx'
import { createPageClient } from './page-client.ts'
import { SignInUrl } from './sign-in-notice.tsx'
import { setStyleNonce } from './style-nonce.ts'
import { useAttended } from './use-attended.ts'
import { SessionCommandsProvider } from './use-session-commands.tsx'

const TipHost = later(() => import('../components/tip-host.tsx'))

interface ChatAppProps {
  agentName: string
  auth: PageAuth
  /** Of the response that brought the page: what puts a script or a style in has to bear it. */
  nonce: string | undefined
}

export function ChatApp({ agentName, auth, nonce: given }: ChatAppProps) {
  // The document keeps its first policy, whatever is fetched later.
  const [nonce] = useState(given)
  const attended = useAttended()
  // Never closed: it lives as long as the page does.
  const [client] = useState(() => createPageClient(auth))
  useState(() => setStyleNonce(nonce))
  const isGuest = auth.mode === 'guest'
  useEffect(() => {
    // Of use to who comes back: nobody waits for it.
    if (!attended) return
    import('./service-worker.ts').then((worker) => worker.setOffline(isGuest)).catch(() => {})
  }, [attended, isGuest])
  return (
    <ThemeProvider
      attribute="data-theme"
      defaultTheme="system"
      disableTransitionOnChange
      {...(nonce && { nonce })}
    >
      <AgentProvider client={client}>
        <SignInUrl value={auth.mode === 'jwt' ? auth.signInUrl : null}>
          <SessionCommandsProvider>
            <ChatShell agentName={agentName} />
          </SessionCommandsProvider>
        </SignInUrl>
        <NotificationToasts />
      </AgentProvider>
      {attended && (
        <Suspense>
          <TipHost />
        </Suspense>
      )}
    </ThemeProvider>
  )
}
