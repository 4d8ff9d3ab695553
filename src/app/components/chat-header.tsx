'use client'
/** Above the conversation: what it is called, and whether one is connected. */
import { PanelLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { IconButton } from './button.tsx'

interface ChatHeaderProps {
  /** Null for a conversation that has no name yet: its page has a heading of its own. */
  title: string | null
  onMenu: () => void
  connection: ReactNode
}

export function ChatHeader({ title, onMenu, connection }: ChatHeaderProps) {
  const text = useText()
  return (
    <header className="flex h-[calc(3.5rem+env(safe-area-inset-top))] shrink-0 items-center gap-3 ps-[max(0.5rem,env(safe-area-inset-left))] pe-[max(1.25rem,env(safe-area-inset-right))] pt-[env(safe-area-inset-top)] touch:ps-[max(0.125rem,env(safe-area-inset-left))] md:ps-6 md:touch:ps-6">
      <IconButton
        label={text.page.openSessions}
        side="right"
        onClick={onMenu}
        className="md:hidden"
      >
        <PanelLeft />
      </IconButton>
      {title === null ? (
        <span className="flex-1" />
      ) : (
        <h1 className="min-w-0 flex-1 truncate text-sm font-medium text-ink-2">{title}</h1>
      )}
      {connection}
    </header>
  )
}
