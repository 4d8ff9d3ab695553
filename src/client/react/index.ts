'use client'
/** The hooks: thin over the client, safe in Strict Mode and on the server. */
export { useAgent } from './agent-context.ts'
export { AgentProvider, type AgentProviderProps } from './agent-provider.tsx'
export { useConnection } from './use-connection.ts'
export { useNotifications } from './use-notifications.ts'
export { useServerInfo } from './use-server-info.ts'
export { type UseSession, useSession } from './use-session.ts'
export { type UseSessions, useSessions } from './use-sessions.ts'
