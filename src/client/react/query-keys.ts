/** Where the hooks keep what they read in React Query's cache. One prefix, so that it meets nothing of the app's. */
const prefix = 'agent-websocket'

export const infoKey = [prefix, 'info'] as const
/** Of every list, whatever is searched for. */
export const listsKey = [prefix, 'sessions'] as const
export const listKey = (search: string | undefined) => [...listsKey, search ?? ''] as const
