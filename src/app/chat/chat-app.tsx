'use client'
/** The client, the theme and the toasts around everything that the page shows. */
import './no-eval.ts'
import { ThemeProvider } from 'next-themes'
import { Tooltip } from 'radix-ui'
import { useState } from 'react'
import { AgentProvider } from '../../client/react/index.ts'
import { ChatShell } from './chat-shell.tsx'
import { NotificationToasts } from './notification-toasts.tsx'
import { createPageClient } from './page-client.ts'
import { setStyleNonce } from './style-nonce.ts'

interface ChatAppProps {
  agentName: string
  /** Of the response that brought the page: what puts a script or a style in has to bear it. */
  nonce: string | undefined
}

export function ChatApp({ agentName, nonce: given }: ChatAppProps) {
  // The document keeps its first policy, whatever is fetched later.
  const [nonce] = useState(given)
  // Never closed: it lives as long as the page does.
  const [client] = useState(createPageClient)
  useState(() => setStyleNonce(nonce))
  return (
    <ThemeProvider
      attribute="data-theme"
      defaultTheme="system"
      disableTransitionOnChange
      {...(nonce && { nonce })}
    >
      <Tooltip.Provider delayDuration={500} skipDelayDuration={200}>
        <AgentProvider client={client}>
          <ChatShell agentName={agentName} />
          <NotificationToasts />
        </AgentProvider>
      </Tooltip.Provider>
    </ThemeProvider>
  )
}
