'use client'
/** The two halves of the page: the sessions at the side, or in a drawer, and the conversation. */
import { useState } from 'react'
import { useServerInfo, useSessions } from '../../client/react/index.ts'
import { Drawer } from '../components/drawer.tsx'
import { useMotion } from '../settings/use-settings.ts'
import { ChatMain } from './chat-main.tsx'
import { useCurrentSession } from './navigation.ts'
import { Overlays } from './overlays.tsx'
import { SessionsSide } from './sessions-side.tsx'
import { useServiceWorker } from './use-service-worker.ts'
import { useShortcuts } from './use-shortcuts.ts'
import { useUnread } from './use-unread.ts'

export function ChatShell({ agentName: rendered }: { agentName: string }) {
  const info = useServerInfo()
  const sessionId = useCurrentSession()
  const [drawer, setDrawer] = useState(false)
  const unread = useUnread(useSessions().sessions, sessionId)
  useShortcuts()
  useMotion()
  useServiceWorker()
  const agentName = info?.agentName ?? rendered
  const side = (
    <SessionsSide
      agentName={agentName}
      current={sessionId}
      unread={unread}
      onGone={() => setDrawer(false)}
    />
  )
  return (
    <div className="flex h-dvh overflow-hidden">
      <aside className="hidden w-[17.5rem] shrink-0 flex-col border-e border-line bg-wash md:flex">
        {side}
      </aside>
      <Drawer open={drawer} onClose={() => setDrawer(false)}>
        {side}
      </Drawer>
      <ChatMain
        sessionId={sessionId}
        agentName={agentName}
        info={info}
        onMenu={() => setDrawer(true)}
      />
      <Overlays sessionId={sessionId} />
    </div>
  )
}
