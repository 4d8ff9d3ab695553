'use client'
/** In place of a conversation: that it is coming, that it is gone, or why it cannot be shown. */
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { Button } from './button.tsx'

export interface ConversationNoticeProps {
  kind: 'loading' | 'offline' | 'gone' | 'not-found' | 'failed'
  onNew: () => void
  onAgain: () => void
}

export function ConversationNotice({ kind, onNew, onAgain }: ConversationNoticeProps) {
  const { conversation, page } = useText()
  switch (kind) {
    case 'loading':
      return <Skeleton />
    case 'offline':
      return <Sentence text={conversation.offline} />
    case 'gone':
      return <Sentence text={conversation.gone} button={page.newChat} onPress={onNew} />
    case 'not-found':
      return <Sentence text={conversation.notFound} button={page.newChat} onPress={onNew} />
    case 'failed':
      return <Sentence text={conversation.failed} button={page.tryAgain} onPress={onAgain} />
  }
}

interface SentenceProps {
  text: ReactNode
  button?: string
  onPress?: () => void
}

function Sentence({ text, button, onPress }: SentenceProps) {
  return (
    <div className="wire flex flex-wrap items-center gap-4 pt-10">
      <p className="text-read text-ink-2">{text}</p>
      {button && <Button onClick={onPress}>{button}</Button>}
    </div>
  )
}

/** Shows late: mostly the conversation is there before. */
export function Skeleton() {
  return (
    <div
      aria-hidden="true"
      className="wire animate-[fade_300ms_ease-out_400ms_both] space-y-3 pt-11"
    >
      <div className="h-4 w-2/5 rounded-sm bg-tint" />
      <div className="h-3 w-full rounded-sm bg-wash" />
      <div className="h-3 w-11/12 rounded-sm bg-wash" />
      <div className="h-3 w-3/5 rounded-sm bg-wash" />
    </div>
  )
}
