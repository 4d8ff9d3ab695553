'use client'
/** A new title for a chat, where its row in the list is not at hand. Used by the palette. */
import { useState } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { DialogFrame } from './dialog-frame.tsx'

interface RenameDialogProps {
  title: string
  onRename: (title: string) => void
  onClose: () => void
}

export function RenameDialog({ title, onRename, onClose }: RenameDialogProps) {
  const { palette, sessions } = useText()
  const [draft, setDraft] = useState(title)
  return (
    <DialogFrame title={palette.rename} hideTitle onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const renamed = draft.trim()
          if (renamed !== '' && renamed !== title) onRename(renamed)
          onClose()
        }}
      >
        <input
          aria-label={sessions.renameField}
          aria-describedby="rename-hint"
          value={draft}
          maxLength={200}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setDraft(event.target.value)}
          className="h-13 w-full border-b border-line bg-transparent px-5 text-[1rem] transition-colors outline-none focus:border-ink-3"
        />
        <p id="rename-hint" className="px-5 py-2.5 text-xs text-ink-3">
          {palette.renameHint}
        </p>
      </form>
    </DialogFrame>
  )
}
