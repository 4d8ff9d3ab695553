'use client'
/**
 * A component whose code comes when it is first needed, or at the first sign of somebody at the page,
 * whichever is earlier: then it is there when it is wanted, and offline too. Until it is there, and where it cannot be fetched,
 * nothing stands in its place.
 */
import { type ComponentType, lazy } from 'react'

type Load<P> = () => Promise<{ default: ComponentType<P> }>

const waiting = new Set<() => void>()
let signed = false
const signs = ['pointermove', 'pointerdown', 'keydown'] as const

/** To be called outside of components. */
export function later<P extends object>(load: Load<P>) {
  const nothing: { default: ComponentType<P> } = { default: () => null }
  let coming: Promise<{ default: ComponentType<P> }> | null = null
  const fetchOnce = () => {
    coming ??= load().catch(() => {
      coming = null
      return nothing
    })
    return coming
  }
  atFirstSign(() => void fetchOnce())
  return lazy(fetchOnce)
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
