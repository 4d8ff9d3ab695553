'use client'
import { useEffect, useRef } from 'react'
import type { NotificationEvent } from '../index.ts'
import { useAgent } from './agent-context.ts'

/** Calls `handler` for each notification that arrives in a watched session: for toasts. Never for history. */
export function useNotifications(handler: (event: NotificationEvent) => void): void {
  const agent = useAgent()
  const latest = useRef(handler)
  useEffect(() => {
    latest.current = handler
  })
  useEffect(() => agent.onNotification((event) => latest.current(event)), [agent])
}
