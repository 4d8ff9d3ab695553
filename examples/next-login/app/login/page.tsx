import { redirect } from 'next/navigation'
import { signedIn, startLogin } from '../../lib/session.ts'
import { findUser } from '../../lib/users.ts'

async function signIn(form: FormData): Promise<never> {
  'use server'
  const user = findUser(String(form.get('name')), String(form.get('password')))
  if (!user) redirect('/login?failed')
  await startLogin(user)
  redirect('/')
}

type Props = { searchParams: Promise<{ failed?: string }> }

export default async function Login({ searchParams }: Props) {
  if (await signedIn()) redirect('/')
  const { failed } = await searchParams
  return (
    <main>
      <h1>Sign in</h1>
      <form action={signIn}>
        <label>
          Name <input name="name" autoComplete="username" required />
        </label>{' '}
        <label>
          Password{' '}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>{' '}
        <button type="submit">Sign in</button>
      </form>
      {failed !== undefined && <p role="alert">That name and password do not go together.</p>}
    </main>
  )
}
