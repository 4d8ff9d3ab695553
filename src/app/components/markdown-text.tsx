'use client'
/**
 * An answer's Markdown, as much of it as can be shown while it is written; what cannot be parsed, as it was
 * written. With all that it needs it is fetched after the page, by `markdown.tsx`.
 */
import { useText } from '../i18n/use-text.tsx'
import MarkdownBody from './markdown-body.tsx'
import { MarkdownBoundary } from './markdown-boundary.tsx'
import { isParsable } from './markdown-limits.ts'
import { PlainText } from './plain-text.tsx'
import { Progress } from './progress.tsx'
import { settle } from './settled-markdown.ts'

export default function MarkdownText({ text, running }: { text: string; running: boolean }) {
  const { answer, content } = useText()
  const plain = <PlainText text={text} />
  if (!isParsable(text)) return plain
  const { text: shown, tableRows } = running ? settle(text) : { text, tableRows: null }
  // As long as nothing can be shown, it is as before the first token.
  if (running && shown.trim() === '' && tableRows === null) {
    return <Progress>{answer.thinking}</Progress>
  }
  return (
    <>
      {shown.trim() !== '' && (
        <MarkdownBoundary text={text} fallback={plain}>
          <MarkdownBody text={shown} running={running} />
        </MarkdownBoundary>
      )}
      {tableRows !== null && <Progress>{content.writingTable(tableRows)}</Progress>}
    </>
  )
}
