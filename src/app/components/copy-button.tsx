'use client'
/** Copies a text and says so for a moment. `label` names it until then. */
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { IconButton } from './button.tsx'

const copiedMs = 1600

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { answer } = useText()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), copiedMs)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <>
      <IconButton label={label ?? answer.copy} onClick={() => void copyText(text).then(setCopied)}>
        {copied ? <Check className="text-accent" /> : <Copy />}
      </IconButton>
      <span aria-live="polite" className="sr-only">
        {copied ? answer.copied : ''}
      </span>
    </>
  )
}

/** Over plain HTTP there is no clipboard API: an invisible field and the old command serve there. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    field.setAttribute('readonly', '')
    field.style.position = 'fixed'
    field.style.opacity = '0'
    const focused = document.activeElement
    document.body.append(field)
    field.select()
    const copied = document.execCommand('copy')
    field.remove()
    if (focused instanceof HTMLElement) focused.focus()
    return copied
  }
}
