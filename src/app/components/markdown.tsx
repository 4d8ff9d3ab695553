'use client'
/**
 * An answer's text. The Markdown code is fetched when a conversation is opened, or begun; until it has come
 * nothing of a text is shown, and where it does not come, the text as it was written.
 */
import { useText } from '../i18n/use-text.tsx'
import { type TextProps, useMarkdown } from './markdown-code.ts'
import { PlainText } from './plain-text.tsx'
import { Progress } from './progress.tsx'

export function Markdown({ text, running }: TextProps) {
  const markdown = useMarkdown()
  const { answer } = useText()
  if (markdown === 'loading') return <Progress>{answer.thinking}</Progress>
  if (markdown === 'failed') return <PlainText text={text} />
  return <markdown.Text text={text} running={running} />
}
