/**
 * Asks one question and prints the answer as it comes. Start the server first (`npm start`), then
 * `node examples/ask.ts "What is a log?"`. `AGENT_URL` says where the server is.
 */
import { createAgentClient, guestTokens } from 'agent-websocket/client'

const server = process.env.AGENT_URL ?? 'http://127.0.0.1:3001'
const url = `${server}/trpc`
// With a login of your own, a function that asks your backend for a token.
const agent = createAgentClient({ url, token: guestTokens(url) })

const session = await agent.sessions.create()
const answer = session.ask(process.argv[2] ?? 'Summarise what a release note should say.')
for await (const text of answer) process.stdout.write(text)
const { finishReason } = await answer.done
console.log(`\n(${finishReason})`)
await agent.close()
