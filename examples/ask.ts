/**
 * Asks one question and prints the answer as it comes. Start the server first (`npm start`), then
 * `node examples/ask.ts "What is a log?"`. `AGENT_URL` says where the server is.
 */
import { createAgentClient } from 'agent-websocket/client'

const server = process.env.AGENT_URL ?? 'http://127.0.0.1:3001'

/** A guest's token; with a login of your own, fetch one from your backend instead. */
async function guestToken(): Promise<string> {
  const reply = await fetch(`${server}/trpc/auth.guest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const { result } = (await reply.json()) as { result: { data: { token: string } } }
  return result.data.token
}

const agent = createAgentClient({ url: `${server}/trpc`, token: guestToken })
const session = await agent.sessions.create()
const answer = session.ask(process.argv[2] ?? 'Summarise what a release note should say.')
for await (const text of answer) process.stdout.write(text)
const { finishReason } = await answer.done
console.log(`\n(${finishReason})`)
await agent.close()
