import { redirect } from 'next/navigation'
import { signedIn } from '../lib/session.ts'
import { agentUrl } from '../lib/settings.ts'
import { Chat } from './chat.tsx'

type Props = { searchParams: Promise<{ chat?: string }> }

/** For who is signed in: their chats, and the one that the address names. */
export default async function Home({ searchParams }: Props) {
  const user = await signedIn()
  if (!user) redirect('/login')
  const { chat } = await searchParams
  return (
    <main>
      <form action="/api/sign-out" method="post">
        Signed in as {user.name}. <button type="submit">Sign out</button>
      </form>
      <Chat userId={user.id} agentUrl={agentUrl()} sessionId={chat ?? null} />
    </main>
  )
}
