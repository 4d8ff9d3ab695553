/**
 * The chat. It lives in the layout, so that going from `/` to `/s/<id>` keeps everything: the pages below
 * only give the addresses.
 */
import type { ReactNode } from 'react'
import { agentName } from '../agent-name.ts'
import { ChatApp } from '../chat/chat-app.tsx'
import { pageAuth } from '../page-auth.ts'
import { responseNonce } from '../security/nonce.ts'

export default async function ChatLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <ChatApp agentName={agentName()} auth={await pageAuth()} nonce={await responseNonce()} />
      {children}
    </>
  )
}
