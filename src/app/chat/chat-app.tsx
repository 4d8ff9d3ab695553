'use client'
/** The client, the theme and the toasts around everything that the page shows. */
import { ThemeProvider } from 'next-themes'
import { Tooltip } from 'radix-ui'
import { useState } from 'react'
import { AgentProvider } from '../../client/react/index.ts'
import type { PageAuth } from '../page-auth.ts'
import { ChatShell } from './chat-shell.tsx'
import { NotificationToasts } from './notification-toasts.tsx'
import { createPageClient } from './page-client.ts'
import { SignInUrl } from './sign-in-notice.tsx'

export function ChatApp({ agentName, auth }: { agentName: string; auth: PageAuth }) {
  // Never closed: it lives as long as the page does.
  const [client] = useState(() => createPageClient(auth))
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="system" disableTransitionOnChange>
      <Tooltip.Provider delayDuration={500} skipDelayDuration={200}>
        <AgentProvider client={client}>
          <SignInUrl value={auth.mode === 'jwt' ? auth.signInUrl : null}>
            <ChatShell agentName={agentName} />
          </SignInUrl>
          <NotificationToasts />
        </AgentProvider>
      </Tooltip.Provider>
    </ThemeProvider>
  )
}
