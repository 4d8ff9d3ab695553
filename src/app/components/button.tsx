/** The two buttons of the page: one with words, one with an icon and a tooltip that names it. */
import clsx from 'clsx'
import type { ComponentProps, ReactNode } from 'react'
import { Tip, type TipSide } from './tip.tsx'

const tones = {
  accent: 'bg-accent text-accent-ink hover:brightness-110 dark:hover:brightness-105',
  quiet: 'bg-transparent text-ink-2 hover:bg-tint hover:text-ink',
  line: 'border border-edge bg-raised text-ink hover:bg-tint',
  danger: 'bg-danger text-paper hover:brightness-110',
} as const

interface ButtonProps extends ComponentProps<'button'> {
  tone?: keyof typeof tones
}

/** A button with words. 36 px high, 44 px where fingers press it. */
export function Button({ tone = 'line', className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={clsx(
        'inline-flex h-9 items-center justify-center gap-2 rounded-md px-3.5 text-sm font-medium',
        'transition-colors select-none disabled:opacity-45 touch:h-11',
        tones[tone],
        className,
      )}
      {...rest}
    />
  )
}

interface IconButtonProps extends ComponentProps<'button'> {
  /** Its accessible name, and what the tooltip says. */
  label: string
  side?: TipSide
  children: ReactNode
}

/** A button with an icon alone. */
export function IconButton({ label, side = 'bottom', className, ...rest }: IconButtonProps) {
  return (
    <Tip label={label} side={side}>
      <button
        type="button"
        aria-label={label}
        className={clsx(
          'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink-3',
          'transition-colors hover:bg-tint hover:text-ink touch:size-11',
          'disabled:opacity-40 disabled:hover:bg-transparent [&_svg]:size-4',
          'data-[state=open]:bg-tint data-[state=open]:text-ink',
          className,
        )}
        {...rest}
      />
    </Tip>
  )
}
