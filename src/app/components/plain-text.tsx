/**
 * Text as it was written. Words without end are set without kerning (`long-word.ts`). Used by `markdown.tsx` where
 * Markdown is not parsed, and by questions.
 */
import { hasLongWord, longWords } from './long-word.ts'

export function PlainText({ text }: { text: string }) {
  return (
    <div className="prose plain">
      <Breakable text={text} />
    </div>
  )
}

/** The words of a text; those without end can be broken anywhere, fast. */
export function Breakable({ text }: { text: string }) {
  if (!hasLongWord(text)) return text
  const pieces = text.split(longWords)
  return pieces.map((piece, place) =>
    // What the pattern caught stands at the odd places.
    place % 2 === 0 ? (
      piece
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: a text grows at its end
      <span key={place} className="[font-kerning:none]">
        {piece}
      </span>
    ),
  )
}
