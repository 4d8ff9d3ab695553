/** Sessions under the day of their last activity, as people say it. Used by the list at the side. */
import type { Session } from '../../client/index.ts'
import type { Formats } from '../i18n/formats.ts'

export interface DayGroup {
  label: string
  sessions: Session[]
}

const dayMs = 24 * 60 * 60 * 1000

/** What days are called: `Today`, `Last 7 days`, `June 2030`. */
export type DayNames = Pick<Formats, 'dayFromToday' | 'month'> & {
  lastDays: (days: number) => string
}

/** Keeps the order that it is given; `now` is in milliseconds since 1970. */
export function groupByDay(sessions: readonly Session[], now: number, names: DayNames): DayGroup[] {
  const groups: DayGroup[] = []
  for (const session of sessions) {
    const label = dayLabel(Date.parse(session.lastActivity), now, names)
    const last = groups.at(-1)
    if (last?.label === label) last.sessions.push(session)
    else groups.push({ label, sessions: [session] })
  }
  return groups
}

function dayLabel(time: number, now: number, names: DayNames): string {
  const days = Math.round((startOfDay(now) - startOfDay(time)) / dayMs)
  if (days <= 1) return names.dayFromToday(-Math.max(days, 0))
  if (days < 7) return names.lastDays(7)
  if (days < 30) return names.lastDays(30)
  return names.month(time)
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}
