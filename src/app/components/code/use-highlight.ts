'use client'
/** Code with its colours, as far as they have come: a block that grows is highlighted again and again, but seldom. */
import { useEffect, useRef, useState } from 'react'
import { type Grammar, grammarOf } from './grammars.ts'
import { type Highlighted, highlight, maxHighlightChars } from './highlighter.ts'

/** Between two times for one block, at least. */
const restMs = 250
/** And as many times what the last one cost: 2 % of the main thread at most. */
const restFactor = 50

/** Null until there is something; what it has is the code, or the beginning of it. */
export function useHighlight(code: string, label: string): Highlighted | null {
  const grammar = grammarOf(label)
  const [done, setDone] = useState<Highlighted | null>(null)
  const growing = useRef<GrowingCode | null>(null)
  useEffect(() => {
    if (!grammar) return
    const block = new GrowingCode(grammar, setDone)
    growing.current = block
    return () => {
      growing.current = null
      block.close()
    }
  }, [grammar])
  useEffect(() => {
    // Both change where a block becomes another one.
    if (grammar && code.length <= maxHighlightChars) growing.current?.set(code)
  }, [code, grammar])
  return done && code.startsWith(done.code) ? done : null
}

/** One block: what it is now, and when it is highlighted next. */
class GrowingCode {
  readonly #grammar: Grammar
  readonly #onDone: (done: Highlighted) => void
  #code = ''
  #doneCode = ''
  #restUntil = 0
  #isBusy = false
  #isClosed = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(grammar: Grammar, onDone: (done: Highlighted) => void) {
    this.#grammar = grammar
    this.#onDone = onDone
  }

  set(code: string): void {
    this.#code = code
    this.#plan()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #plan(): void {
    if (this.#isBusy || this.#isClosed || this.#code === this.#doneCode) return
    this.#isBusy = true
    const waitMs = Math.max(0, this.#restUntil - performance.now())
    this.#timer = setTimeout(() => void this.#run(), waitMs)
  }

  async #run(): Promise<void> {
    const code = this.#code
    // Where it cannot be fetched the code stays plain.
    const done = await highlight(code, this.#grammar).catch(() => null)
    this.#isBusy = false
    if (this.#isClosed) return
    this.#doneCode = code
    if (done) {
      this.#restUntil = performance.now() + Math.max(restMs, done.costMs * restFactor)
      this.#onDone(done)
    }
    this.#plan()
  }
}
