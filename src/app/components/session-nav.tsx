'use client'
/** The sessions: a new one, a search, and those that there are, by day. At the side, or in the drawer. */
import { Command, Search, Settings, SquarePen } from 'lucide-react'
import type { Session } from '../../client/index.ts'
import type { Overlay } from '../chat/overlay.ts'
import type { ExportFormat } from '../chat/session-verbs.ts'
import { useHydrated } from '../chat/use-hydrated.ts'
import { useFormats, useText } from '../i18n/use-text.tsx'
import { IconButton } from './button.tsx'
import { groupByDay } from './day-groups.ts'
import { Mark } from './mark.tsx'
import { SessionRow } from './session-row.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

export interface SessionNavProps {
  agentName: string
  sessions: readonly Session[]
  current: string | null
  unread: ReadonlySet<string>
  search: string
  isLoading: boolean
  isOffline: boolean
  hasMore: boolean
  onSearch: (search: string) => void
  onMore: () => void
  onNew: () => void
  onOpen: (sessionId: string) => void
  onRename: (sessionId: string, title: string) => void
  onExport: (sessionId: string, format: ExportFormat) => void
  onDelete: (session: Session) => void
  onOverlay: (overlay: Overlay) => void
}

export function SessionNav(props: SessionNavProps) {
  const { agentName, sessions, current, search, isLoading, hasMore, onSearch, onMore, onNew } =
    props
  const text = useText()
  const formats = useFormats()
  const hydrated = useHydrated()
  const dayNames = { ...formats, lastDays: text.sessions.lastDays }
  return (
    <nav aria-label={text.sessions.title} className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-14 shrink-0 items-center gap-1.5 ps-5 pe-14 text-base font-medium tracking-[-0.01em]">
        <Mark />
        <span className="truncate">{agentName}</span>
      </div>
      <div className="px-3">
        <button
          type="button"
          onClick={onNew}
          className="flex h-9 w-full items-center gap-2.5 rounded-md px-2 text-sm font-medium transition-colors hover:bg-tint touch:h-11 touch:text-base"
        >
          <SquarePen aria-hidden="true" className="size-4 text-accent" />
          {text.page.newChat}
        </button>
        <div className="relative mt-1">
          <Search
            aria-hidden="true"
            className="pointer-events-none absolute start-2 top-1/2 size-4 -translate-y-1/2 text-ink-3"
          />
          <input
            type="search"
            aria-label={text.sessions.search}
            placeholder={text.sessions.searchPlaceholder}
            value={search}
            onChange={(event) => onSearch(event.target.value)}
            className="h-9 w-full rounded-md bg-transparent ps-8.5 pe-2 text-sm transition-colors hover:bg-tint focus:bg-tint touch:h-11 touch:text-[1rem]"
          />
        </div>
      </div>
      <div className="mt-3 min-h-0 flex-1 overflow-y-auto overscroll-contain px-3 pb-4">
        {hydrated &&
          groupByDay(sessions, Date.now(), dayNames).map(({ label, sessions: ofDay }) => (
            <section key={label} aria-label={label}>
              <h2 className="px-2 pt-4 pb-1.5 text-xs text-ink-3">{label}</h2>
              <ul className="space-y-px">
                {ofDay.map((session) => (
                  <SessionRow
                    key={session.sessionId}
                    session={session}
                    current={session.sessionId === current}
                    unread={props.unread.has(session.sessionId)}
                    onOpen={props.onOpen}
                    onRename={props.onRename}
                    onExport={props.onExport}
                    onDelete={props.onDelete}
                  />
                ))}
              </ul>
            </section>
          ))}
        {isLoading && props.isOffline && (
          <p className="px-2 pt-4 text-sm text-ink-3">{text.sessions.offline}</p>
        )}
        {!isLoading && sessions.length === 0 && (
          <p className="px-2 pt-4 text-sm text-ink-3">
            {search ? text.sessions.nothingFound : text.sessions.none}
          </p>
        )}
        {hasMore && (
          <button
            type="button"
            onClick={onMore}
            className="mt-2 h-9 w-full rounded-md px-2 text-start text-sm text-ink-3 hover:bg-tint hover:text-ink touch:h-11"
          >
            {text.sessions.showMore}
          </button>
        )}
      </div>
      <div className="flex items-center justify-between border-t border-line px-3 py-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
        <ThemeSwitch />
        <div className="flex">
          <IconButton
            label={text.palette.open}
            side="top"
            onClick={() => props.onOverlay('palette')}
          >
            <Command />
          </IconButton>
          <IconButton
            label={text.settings.title}
            side="top"
            onClick={() => props.onOverlay('settings')}
          >
            <Settings />
          </IconButton>
        </div>
      </div>
    </nav>
  )
}
