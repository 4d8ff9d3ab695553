'use client'
/** The side on a phone: it comes over the conversation and takes the focus. */
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { IconButton } from './button.tsx'
import { useFocusReturn } from './focus-return.ts'

interface DrawerProps {
  open: boolean
  onClose: () => void
  children: ReactNode
}

export default function Drawer({ open, onClose, children }: DrawerProps) {
  const text = useText()
  const focusReturn = useFocusReturn()
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 animate-fade bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          {...focusReturn}
          onEscapeKeyDown={(event) => {
            // A title that is being written is taken back by it first.
            if (event.target instanceof Element && event.target.matches('[data-escape=own]'))
              event.preventDefault()
          }}
          className="fixed inset-y-0 left-0 z-40 flex w-[min(calc(19rem+env(safe-area-inset-left)),86vw)] animate-slide-in flex-col bg-wash ps-[env(safe-area-inset-left)] pt-[env(safe-area-inset-top)] shadow-float"
        >
          <Dialog.Title className="sr-only">{text.sessions.title}</Dialog.Title>
          {children}
          <div className="absolute end-2 top-[env(safe-area-inset-top)] flex h-14 items-center">
            <Dialog.Close asChild>
              <IconButton label={text.page.close}>
                <X />
              </IconButton>
            </Dialog.Close>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
