/**
 * Highlights code when the browser has time: one block after the other, each in a piece of idle time of its own,
 * so that neither an opened conversation nor a block that grows holds the page up. Used by `use-highlight.ts`.
 */
import type { createLowlight } from 'lowlight'
import { type Grammar, loadGrammar } from './grammars.ts'

type Lowlight = ReturnType<typeof createLowlight>
/** Spans with classes, and text. */
export type CodeTree = ReturnType<Lowlight['highlight']>

export interface Highlighted {
  code: string
  tree: CodeTree
  /** What it cost, in milliseconds of the main thread. */
  costMs: number
}

/** Longer code is shown plain: this much takes a slow phone about a frame or two. */
export const maxHighlightChars = 30_000

let lowlight: Promise<Lowlight> | null = null
let before: Promise<unknown> = Promise.resolve()

/** Rejects where the code for it cannot be fetched. */
export async function highlight(code: string, grammar: Grammar): Promise<Highlighted> {
  lowlight ??= import('lowlight').then(({ createLowlight }) => createLowlight())
  const [engine, language] = await Promise.all([lowlight, loadGrammar(grammar)]).catch((cause) => {
    // The next block asks again.
    lowlight = null
    throw cause
  })
  if (!engine.registered(grammar)) engine.register(grammar, language)
  const turn = before.then(idle)
  before = turn
  await turn
  const start = performance.now()
  const tree = engine.highlight(grammar, code)
  return { code, tree, costMs: performance.now() - start }
}

/** Not for ever: a page that is always busy is highlighted too. */
const patienceMs = 500

function idle(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === 'function') {
      requestIdleCallback(() => resolve(), { timeout: patienceMs })
    } else setTimeout(resolve, 1)
  })
}
