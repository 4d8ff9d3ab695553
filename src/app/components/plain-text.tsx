/**
 * Text as it was written. Words without end are set without kerning: where two letters are kerned Chromium may not
 * break without shaping the rest of the word anew, which takes seconds for tens of thousands. Used by `markdown.tsx`
 * where Markdown is not parsed, and by questions.
 */

/** Longer than any word, address or hash that people read. */
const longWord = /(\S{400,})/

export function PlainText({ text }: { text: string }) {
  return (
    <div className="prose plain">
      <Breakable text={text} />
    </div>
  )
}

/** The words of a text; those without end can be broken anywhere, fast. */
export function Breakable({ text }: { text: string }) {
  if (!longWord.test(text)) return text
  const pieces = text.split(longWord)
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
