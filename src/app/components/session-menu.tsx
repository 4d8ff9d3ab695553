'use client'
/** What one can do with a session. It comes opened: `row-menu.tsx` was pressed. */
import clsx from 'clsx'
import { Braces, FileText, Pencil, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type KeyboardEvent, type ReactElement, useRef } from 'react'
import type { ExportFormat } from '../chat/session-verbs.ts'
import { useText } from '../i18n/use-text.tsx'

const menuItem =
  'flex h-8 items-center gap-2.5 rounded-sm px-2.5 text-sm outline-none select-none touch:h-11 data-[highlighted]:bg-tint [&_svg]:size-3.5'

export interface SessionMenuProps {
  onRename: () => void
  onExport: (format: ExportFormat) => void
  onDelete: () => void
}

interface OpenedProps extends SessionMenuProps {
  /** How it was opened for the first time: radix was not there yet to see it. */
  openedBy: 'keyboard' | 'pointer'
  /** The button that opens it. */
  children: ReactElement
}

export default function SessionMenu(props: OpenedProps) {
  const { onRename, onExport, onDelete, openedBy, children } = props
  const { sessions } = useText()
  /** What the menu does once it has closed: until then it holds the focus. */
  const afterClose = useRef<'rename' | 'delete' | null>(null)
  const first = useRef<HTMLDivElement>(null)
  const toFirst = useRef(openedBy === 'keyboard')
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      {/* Not in a portal: it belongs to the navigation, and in the drawer to the dialog. */}
      <DropdownMenu.Content
        align="end"
        onFocus={({ target, currentTarget }) => {
          if (target !== currentTarget || !toFirst.current) return
          toFirst.current = false
          first.current?.focus()
        }}
        onKeyDownCapture={moveAtOnce}
        sideOffset={4}
        onCloseAutoFocus={(event) => {
          const chosen = afterClose.current
          afterClose.current = null
          if (chosen === 'rename') {
            event.preventDefault()
            onRename()
          } else if (chosen === 'delete') onDelete()
        }}
        className="z-50 min-w-40 animate-fade rounded-md border border-line bg-raised p-1 shadow-float"
      >
        <DropdownMenu.Item
          ref={first}
          className={menuItem}
          onSelect={() => {
            afterClose.current = 'rename'
          }}
        >
          <Pencil aria-hidden="true" /> {sessions.rename}
        </DropdownMenu.Item>
        <DropdownMenu.Item className={menuItem} onSelect={() => onExport('markdown')}>
          <FileText aria-hidden="true" /> {sessions.exportMarkdown}
        </DropdownMenu.Item>
        <DropdownMenu.Item className={menuItem} onSelect={() => onExport('json')}>
          <Braces aria-hidden="true" /> {sessions.exportJson}
        </DropdownMenu.Item>
        <DropdownMenu.Item
          className={clsx(menuItem, 'text-danger')}
          onSelect={() => {
            afterClose.current = 'delete'
          }}
        >
          <Trash2 aria-hidden="true" /> {sessions.delete}
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}

/**
 * Moves the focus within the press. Radix moves it a task later: where keys wait for a busy page, an Enter
 * right after an End would choose what had the focus before.
 */
function moveAtOnce(event: KeyboardEvent<HTMLElement>): void {
  if (event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  const at = items.findIndex((item) => item.matches(':focus'))
  const next = {
    ArrowDown: items[at + 1],
    ArrowUp: at < 0 ? items.at(-1) : items[at - 1],
    Home: items[0],
    PageUp: items[0],
    End: items.at(-1),
    PageDown: items.at(-1),
  }
  if (!(event.key in next)) return
  event.preventDefault()
  event.stopPropagation()
  next[event.key as keyof typeof next]?.focus()
}
