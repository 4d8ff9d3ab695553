/** Times as people read them. The page renders them in the browser alone, where the locale is known. */

/** The time of day of an ISO timestamp, such as `14:05`. */
export function timeOfDay(timestamp: string): string {
  return new Date(timestamp).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
}

/** The day and the time of an ISO timestamp, such as `3 May 2026, 14:05:09`. */
export function dateAndTime(timestamp: string): string {
  return new Date(timestamp).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' })
}
