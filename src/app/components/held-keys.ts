/**
 * Keys that wait for what they are meant for. A row that was picked up with the keyboard listens for arrows a
 * task later, knows the places of the others later still, and its own place some time after each arrow
 * (dnd-kit 6.3.1): a key that is faster than that would be lost, or count from an old place. Used by
 * `queue-drag.tsx`.
 */
export interface HeldKeys {
  /** From now on keys wait for `ready`. */
  hold(): void
  /** Whether a key would find what it is meant for. */
  setReady(ready: boolean): void
  /** Keys go their own way again, after those that wait. */
  release(): void
}

/** What means something to a row that is dragged. All else is the browser's. */
const codes = new Set(['Space', 'Enter', 'Tab', 'Escape', 'ArrowUp', 'ArrowDown'])

export function createHeldKeys(): HeldKeys {
  const waiting: KeyboardEvent[] = []
  let state: 'open' | 'waiting' | 'ready' | 'ending' = 'open'
  let isComing = false

  function catchKey(event: KeyboardEvent): void {
    const isOurs = codes.has(event.code) && !event.ctrlKey && !event.metaKey && !event.altKey
    if (!event.isTrusted || !isOurs) return
    event.preventDefault()
    event.stopImmediatePropagation()
    waiting.push(event)
    pressSoon()
  }

  /** A task for each: what a key did is rendered before the next, and says whether that may come. */
  function pressSoon(): void {
    if (isComing) return
    isComing = true
    setTimeout(() => {
      isComing = false
      if (state === 'waiting') return
      const event = waiting.shift()
      event?.target?.dispatchEvent(new KeyboardEvent('keydown', event))
      if (waiting.length > 0) pressSoon()
      else if (state === 'ending') open()
    })
  }

  function open(): void {
    state = 'open'
    document.removeEventListener('keydown', catchKey, true)
  }

  return {
    hold() {
      state = 'waiting'
      document.addEventListener('keydown', catchKey, true)
    },
    setReady(ready) {
      if (state !== 'waiting' && state !== 'ready') return
      state = ready ? 'ready' : 'waiting'
      if (ready) pressSoon()
    },
    release() {
      if (state === 'open') return
      state = 'ending'
      pressSoon()
    },
  }
}
