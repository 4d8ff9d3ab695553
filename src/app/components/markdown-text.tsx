'use client'
/**
 * An answer's Markdown, as much of it as can be shown while it is written; what cannot be parsed, as it was
 * written. With all that it needs it is fetched after the page, by `markdown.tsx`.
 */
import { memo } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { answerParts } from './answer-parts.ts'
import { CodeBlock } from './code/code-block.tsx'
import MarkdownBody from './markdown-body.tsx'
import { MarkdownBoundary } from './markdown-boundary.tsx'
import type { TextProps } from './markdown-code.ts'
import { isParsable } from './markdown-limits.ts'
import { PlainText } from './plain-text.tsx'
import { Progress } from './progress.tsx'
import { settle } from './settled-markdown.ts'

export default function MarkdownText({ text, running }: TextProps) {
  const { answer, content } = useText()
  const { text: shown, tableRows } = running ? settle(text) : { text, tableRows: null }
  const parts = answerParts(shown)
  // As long as nothing can be shown, it is as before the first token.
  if (running && parts.length === 0 && tableRows === null) {
    return <Progress>{answer.thinking}</Progress>
  }
  return (
    <>
      {parts.length > 0 && (
        <div className="prose">
          {parts.map((part, place) =>
            part.kind === 'code' ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a text grows at its end
              <CodeBlock key={place} code={part.code} language={part.language} />
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a text grows at its end
              <Part key={place} text={part.text} running={running && part === parts.at(-1)} />
            ),
          )}
        </div>
      )}
      {tableRows !== null && <Progress>{content.writingTable(tableRows)}</Progress>}
    </>
  )
}

const Part = memo(function Part({ text, running }: TextProps) {
  const plain = <PlainText text={text} />
  if (!isParsable(text)) return plain
  return (
    <MarkdownBoundary text={text} fallback={plain}>
      <MarkdownBody text={text} running={running} />
    </MarkdownBoundary>
  )
})
