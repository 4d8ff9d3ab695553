'use client'
/** The two halves of the page: the sessions at the side, or in a drawer, and the conversation. */
import { Suspense, useState } from 'react'
import { useServerInfo, useSessions } from '../../client/react/index.ts'
import { later } from '../components/later.tsx'
import { useMotion } from '../settings/use-settings.ts'
import { ChatMain } from './chat-main.tsx'
import { useCurrentSession } from './navigation.ts'
import { Overlays } from './overlays.tsx'
import { SessionsSide } from './sessions-side.tsx'
import { useShortcuts } from './use-shortcuts.ts'
import { useUnread } from './use-unread.ts'

const Drawer = later(() => import('../components/drawer.tsx'))
export function ChatShell({ agentName: rendered }: { agentName: string }) {
  const info = useServerInfo()
  const sessionId = useCurrentSession()
  /** `null` until it was opened for the first time. */
  const [drawer, setDrawer] = useState<boolean | null>(null)
  const unread = useUnread(useSessions().sessions, sessionId)
  useShortcuts()
  useMotion()
  const agentName = info?.agentName ?? rendered
  const side = (
    <SessionsSide
      agentName={agentName}
      current={sessionId}
      unread={unread}
      onGone={() => setDrawer((open) => open && false)}
    />
  )
  return (
    <div className="flex h-dvh overflow-hidden">
      <aside className="hidden w-[calc(17.5rem+env(safe-area-inset-left))] shrink-0 flex-col border-e border-line bg-wash ps-[env(safe-area-inset-left)] pt-[env(safe-area-inset-top)] md:flex">
        {side}
      </aside>
      {drawer !== null && (
        <Suspense>
          <Drawer open={drawer} onClose={() => setDrawer(false)}>
            {side}
          </Drawer>
        </Suspense>
      )}
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
