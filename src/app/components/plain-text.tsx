/**
 * Text as it was written. Words without end get places to break: Chromium takes seconds to find them by
 * itself in tens of thousands of letters. Used by `markdown.tsx` where Markdown is not parsed.
 */
import { Fragment } from 'react'

/** Longer than any word, address or hash that people read. */
const longWord = /(\S{400})/

export function PlainText({ text }: { text: string }) {
  return (
    <div className="prose plain">
      <Breakable text={text} />
    </div>
  )
}

/** The words of a text, with places to break in those without end. */
export function Breakable({ text }: { text: string }) {
  const pieces = text.split(longWord).filter((part) => part !== '')
  return pieces.map((part, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a text grows at its end
    <Fragment key={place}>
      {place > 0 && <wbr />}
      {part}
    </Fragment>
  ))
}
