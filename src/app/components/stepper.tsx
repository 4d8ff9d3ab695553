'use client'
/** Goes back and forth between a few things that stand in one place: "1/3" and an arrow on either side. */
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { IconButton } from './button.tsx'

interface StepperProps {
  /** From 0. */
  at: number
  of: number
  names: { previous: string; next: string; place: string }
  onStep: (to: number) => void
}

export function Stepper({ at, of, names, onStep }: StepperProps) {
  return (
    <div className="flex items-center text-xs text-ink-3 tabular-nums">
      <StepButton label={names.previous} disabled={at <= 0} onClick={() => onStep(at - 1)}>
        <ChevronLeft />
      </StepButton>
      <span aria-hidden="true" className="min-w-7 text-center">
        {at + 1}/{of}
      </span>
      <span aria-live="polite" className="sr-only">
        {names.place}
      </span>
      <StepButton label={names.next} disabled={at >= of - 1} onClick={() => onStep(at + 1)}>
        <ChevronRight />
      </StepButton>
    </div>
  )
}

interface StepButtonProps {
  label: string
  disabled: boolean
  onClick: () => void
  children: React.ReactNode
}

/** At its end it stays in the order of focus: who got there with the keyboard is not thrown out. */
function StepButton({ label, disabled, onClick, children }: StepButtonProps) {
  return (
    <IconButton
      label={label}
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
      className="w-7 aria-disabled:opacity-40 aria-disabled:hover:bg-transparent"
    >
      {children}
    </IconButton>
  )
}
