import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createAgentClient } from '../index.ts'
import {
  AgentProvider,
  useConnection,
  useNotifications,
  useServerInfo,
  useSession,
  useSessions,
} from './index.ts'

function Everything() {
  const { phase, send } = useSession('s')
  const { sessions, isLoading } = useSessions({ search: 'x' })
  const { state } = useConnection()
  useNotifications(() => {})
  const info = useServerInfo()
  return <p>{[phase, typeof send, sessions.length, isLoading, state, String(info)].join(' ')}</p>
}

test('H2: everything renders on a server, and opens nothing there', async () => {
  let asked = 0
  const agent = createAgentClient({ url: '/trpc', token: () => `${asked++}` })
  const html = renderToString(
    <StrictMode>
      <AgentProvider client={agent}>
        <Everything />
      </AgentProvider>
    </StrictMode>,
  )
  expect(html).toBe('<p>loading function 0 true connecting null</p>')
  await agent.close()
  expect(asked).toBe(0)
})
