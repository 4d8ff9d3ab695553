/**
 * A tooltip: what an icon means, for who hovers or focuses it. The name itself is the button's. Here the
 * element only bears the words; `tip-host.tsx` shows them, for all elements.
 */
import { cloneElement, type HTMLAttributes, type ReactElement } from 'react'

export type TipSide = 'top' | 'right' | 'bottom' | 'left'

interface TipProps {
  label: string
  side?: TipSide
  /** An element of the document, not a component. */
  children: ReactElement<HTMLAttributes<HTMLElement>>
}

export function Tip({ label, side = 'bottom', children }: TipProps) {
  const words: object = { 'data-tip': label, 'data-tip-side': side }
  return cloneElement(children, words)
}
