'use client'
/** Where the hooks find the client. */
import { createContext, useContext } from 'react'
import type { AgentClient } from '../client.ts'

export const AgentContext = createContext<AgentClient | null>(null)

/** The client of the nearest `AgentProvider`. */
export function useAgent(): AgentClient {
  const client = useContext(AgentContext)
  if (!client) throw new Error('useAgent needs an AgentProvider above it')
  return client
}
