'use client'
/**
 * Shows the tooltip of the element that is hovered or has the focus: one at a time, placed by radix
 * beside an invisible copy of the element's outline. Fetched at the first sign of somebody.
 */
import { Tooltip } from 'radix-ui'
import { useEffect, useState } from 'react'
import type { TipSide } from './tip.tsx'

interface Shown {
  element: HTMLElement
  label: string
  side: TipSide
  outline: { left: number; top: number; width: number; height: number }
}

const delayMs = 500
/** From one tip to the next there is no delay. */
const skipMs = 200

export default function TipHost() {
  const [shown, setShown] = useState<Shown | null>(null)
  useEffect(() => watchTips(setShown), [])
  if (!shown) return null
  return (
    <Tooltip.Provider>
      <Tooltip.Root open key={shown.label} onOpenChange={(open) => !open && setShown(null)}>
        <Tooltip.Trigger asChild>
          <span
            aria-hidden="true"
            tabIndex={-1}
            className="pointer-events-none fixed"
            style={shown.outline}
          />
        </Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content
            // The element bears the same words as its name: read out, they would come twice.
            aria-hidden
            side={shown.side}
            sideOffset={6}
            collisionPadding={8}
            className="pointer-events-none z-50 animate-fade rounded-sm bg-ink px-2 py-1 text-xs text-paper select-none"
          >
            {shown.label}
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  )
}

/** Tells which tip is to be shown. Returns the end of it. */
function watchTips(show: (shown: Shown | null) => void): () => void {
  const leave = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let current: HTMLElement | null = null
  /** Who has pressed it knows it: it says nothing until the pointer has left, not over what it opened either. */
  let pressed: HTMLElement | null = null
  let hiddenAt = Number.NEGATIVE_INFINITY

  const open = (element: HTMLElement) => {
    const { tip: label, tipSide: side } = element.dataset
    if (!label || !element.isConnected) return
    const { left, top, width, height } = element.getBoundingClientRect()
    current = element
    show({ element, label, side: sideOf(side), outline: { left, top, width, height } })
  }
  const hide = () => {
    clearTimeout(timer)
    if (current) hiddenAt = performance.now()
    current = null
    show(null)
  }
  const on = <K extends keyof DocumentEventMap>(
    name: K,
    handle: (event: DocumentEventMap[K]) => void,
  ) => document.addEventListener(name, handle, { capture: true, signal: leave.signal })

  on('pointerover', ({ target, pointerType, buttons }) => {
    const element = tipOf(target)
    if (element && (element === current || element === pressed)) return
    pressed = null
    hide()
    if (!element || pointerType === 'touch' || buttons !== 0) return
    const wait = performance.now() - hiddenAt < skipMs ? 0 : delayMs
    timer = setTimeout(() => open(element), wait)
  })
  const focused = (target: EventTarget | null) => {
    const element = tipOf(target)
    if (element && target instanceof Element && target.matches(':focus-visible')) open(element)
  }
  on('focusin', ({ target }) => {
    hide()
    focused(target)
  })
  on('focusout', hide)
  on('pointerdown', ({ target }) => {
    hide()
    pressed = tipOf(target)
  })
  on('scroll', hide)
  on('keydown', ({ key }) => {
    if (key === 'Escape') hide()
  })
  // The key that fetched this may have moved the focus, too.
  focused(document.activeElement)
  return () => {
    clearTimeout(timer)
    leave.abort()
  }
}

function tipOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null
}

function sideOf(side: string | undefined): TipSide {
  return side === 'top' || side === 'left' || side === 'right' ? side : 'bottom'
}
