'use client'
/** That somebody has to sign in, and where. Fetched when somebody has to, by `sign-in-notice.tsx`. */
import type { WhySignIn } from '../chat/sign-in-needed.ts'
import { useText } from '../i18n/use-text.tsx'

interface SignInBoxProps {
  why: WhySignIn
  /** Null where the operator has not said. */
  url: string | null
}

export default function SignInBox({ why, url }: SignInBoxProps) {
  const { signIn: text } = useText()
  return (
    <div
      role="alert"
      className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-md border border-line bg-wash px-4 py-3 text-sm"
    >
      <p className="text-ink">{text[why]}</p>
      {url && (
        <a
          href={url}
          className="font-medium text-ink underline decoration-edge underline-offset-4 hover:decoration-ink"
        >
          {text.link}
        </a>
      )}
    </div>
  )
}
