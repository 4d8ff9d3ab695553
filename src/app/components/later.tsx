'use client'
/**
 * A component whose code comes when it is first needed, or at the first sign of somebody at the page,
 * whichever is earlier: then it is there when it is wanted, and offline too. Where it cannot be fetched, it is
 * tried again; until it is there, the `Suspense` around it shows what it has instead.
 */
import { type ComponentType, lazy } from 'react'

type Load<P> = () => Promise<{ default: ComponentType<P> }>

const waiting = new Set<() => void>()
let signed = false
const signs = ['pointermove', 'pointerdown', 'keydown'] as const

/** To be called outside of components. Each use needs a `Suspense` of its own around it. */
export function later<P extends object>(load: Load<P>) {
  let coming: ReturnType<Load<P>> | null = null
  // React keeps what a promise of its ends with for good: this one never ends with a failure.
  const fetchUntilThere = (): ReturnType<Load<P>> =>
    load().catch(() => nextChance().then(fetchUntilThere))
  const fetchOnce = () => {
    coming ??= fetchUntilThere()
    return coming
  }
  atFirstSign(() => void fetchOnce())
  return lazy(fetchOnce)
}

/** When the network is back, or somebody touches the page again. */
function nextChance(): Promise<void> {
  const chances = ['online', 'pointerdown', 'keydown'] as const
  return new Promise((resolve) => {
    const take = () => {
      for (const chance of chances) window.removeEventListener(chance, take, true)
      resolve()
    }
    for (const chance of chances) window.addEventListener(chance, take, true)
  })
}

/** Runs it when somebody moves, presses or types for the first time; at once where that was before. */
export function atFirstSign(run: () => void): void {
  if (typeof window === 'undefined') return
  if (signed) {
    run()
    return
  }
  if (waiting.size === 0) for (const sign of signs) window.addEventListener(sign, onSign, true)
  waiting.add(run)
}

function onSign(): void {
  signed = true
  for (const sign of signs) window.removeEventListener(sign, onSign, true)
  for (const run of waiting) run()
  waiting.clear()
}
