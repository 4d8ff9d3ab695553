'use client'
/** The button beside a session. The menu that it opens is fetched when it is needed. */
import { Ellipsis } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { IconButton } from './button.tsx'
import { later } from './later.tsx'
import type { SessionMenuProps } from './session-menu.tsx'

const SessionMenu = later(() => import('./session-menu.tsx'))

export function RowMenu(props: SessionMenuProps) {
  const { sessions } = useText()
  const [pressed, setPressed] = useState<'keyboard' | 'pointer' | null>(null)
  const button = (
    <IconButton
      label={sessions.more}
      aria-haspopup="menu"
      onClick={({ detail }) =>
        setPressed((before) => before ?? (detail === 0 ? 'keyboard' : 'pointer'))
      }
      className="absolute end-0.5 opacity-0 touch:end-0 group-hover/row:opacity-100 focus-visible:opacity-100 data-[state=open]:opacity-100 touch:opacity-100"
    >
      <Ellipsis />
    </IconButton>
  )
  if (pressed === null) return button
  return (
    <Suspense fallback={button}>
      <SessionMenu {...props} openedBy={pressed}>
        {button}
      </SessionMenu>
    </Suspense>
  )
}
