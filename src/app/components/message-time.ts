/** Times as people read them. The page renders them in the browser alone, where the locale is known. */

/** The time of day of an ISO timestamp, such as `14:05`. */
export function timeOfDay(timestamp: string): string {
  return new Date(timestamp).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
}
