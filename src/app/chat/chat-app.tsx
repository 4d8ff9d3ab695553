'use client'
/** The client, the theme and the toasts around everything that the page shows. */
import { ThemeProvider } from 'next-themes'
import { Tooltip } from 'radix-ui'
import { useState } from 'react'
import { AgentProvider } from '../../client/react/index.ts'
import { ChatShell } from './chat-shell.tsx'
import { NotificationToasts } from './notification-toasts.tsx'
import { createPageClient } from './page-client.ts'
import { SessionCommandsProvider } from './use-session-commands.tsx'

export function ChatApp({ agentName }: { agentName: string }) {
  // Never closed: it lives as long as the page does.
  const [client] = useState(createPageClient)
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="system" disableTransitionOnChange>
      <Tooltip.Provider delayDuration={500} skipDelayDuration={200}>
        <AgentProvider client={client}>
          <SessionCommandsProvider>
            <ChatShell agentName={agentName} />
          </SessionCommandsProvider>
          <NotificationToasts />
        </AgentProvider>
      </Tooltip.Provider>
    </ThemeProvider>
  )
}
