'use client'
/**
 * The menu of commands under the fingers of who types `/`: which option is marked, and what the keys do.
 * The focus stays in the field. Used by the composer.
 */
import { type KeyboardEvent, useState } from 'react'
import type { SlashOption } from '../chat/slash-command.ts'

interface CommandMenuOptions {
  draft: string
  options: readonly SlashOption[]
  onDraft: (draft: string) => void
  onRun: (text: string) => void
}

export function useCommandMenu({ draft, options, onDraft, onRun }: CommandMenuOptions) {
  const [marked, setMarked] = useState({ draft, place: 0 })
  /** Closed with Escape for this text: another one opens it again. */
  const [closedFor, setClosedFor] = useState<string | null>(null)
  const place = marked.draft === draft ? Math.min(marked.place, options.length - 1) : 0
  const isOpen = options.length > 0 && closedFor !== draft

  const choose = ({ text, needsMore }: SlashOption) => {
    if (needsMore) onDraft(text)
    else onRun(text)
  }
  const mark = (next: number) =>
    setMarked({ draft, place: (next + options.length) % options.length })

  /** Whether the key was the menu's. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const option = options[place]
    if (!isOpen || !option || event.ctrlKey || event.altKey || event.metaKey) return false
    switch (event.key) {
      case 'ArrowDown':
        mark(place + 1)
        break
      case 'ArrowUp':
        mark(place - 1)
        break
      case 'Enter':
        if (event.shiftKey) return false
        choose(option)
        break
      case 'Tab':
        // What is complete has nothing to add: Tab goes on through the page.
        if (event.shiftKey || option.text === draft) return false
        onDraft(option.text)
        break
      case 'Escape':
        setClosedFor(draft)
        break
      default:
        return false
    }
    event.preventDefault()
    return true
  }

  return { isOpen, place, choose, mark, onKeyDown, close: () => setClosedFor(draft) }
}

/** Of an option in the menu with that id: what the field names as the marked one. */
export function optionId(menuId: string, place: number): string {
  return `${menuId}-${place}`
}
