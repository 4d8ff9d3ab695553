'use client'
import { useSyncExternalStore } from 'react'
import type { Connection, ConnectionState } from '../connection-state.ts'
import { useAgent } from './agent-context.ts'

const connecting: ConnectionState = { state: 'connecting' }
const onServer = () => connecting

/** The state of the connection, and `retryNow`. */
export function useConnection(): ConnectionState & Pick<Connection, 'retryNow'> {
  const { connection } = useAgent()
  const state = useSyncExternalStore(connection.subscribe, connection.getSnapshot, onServer)
  return { ...state, retryNow: connection.retryNow }
}
