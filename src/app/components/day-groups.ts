/** Sessions under the day of their last activity, as people say it. Used by the list at the side. */
import type { Session } from '../../core/messages.ts'

export interface DayGroup {
  label: string
  sessions: Session[]
}

const dayMs = 24 * 60 * 60 * 1000

/** Keeps the order that it is given; `now` is in milliseconds since 1970. */
export function groupByDay(sessions: readonly Session[], now: number): DayGroup[] {
  const groups: DayGroup[] = []
  for (const session of sessions) {
    const label = dayLabel(Date.parse(session.lastActivity), now)
    const last = groups.at(-1)
    if (last?.label === label) last.sessions.push(session)
    else groups.push({ label, sessions: [session] })
  }
  return groups
}

function dayLabel(time: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(time)) / dayMs)
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days < 7) return 'Last 7 days'
  if (days < 30) return 'Last 30 days'
  return new Date(time).toLocaleDateString([], { month: 'long', year: 'numeric' })
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}
