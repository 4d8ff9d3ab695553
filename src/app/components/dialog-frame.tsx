'use client'
/** A dialog in the middle of the page: its title, a way out, and what it is for. Open while it is there. */
import clsx from 'clsx'
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { IconButton } from './button.tsx'
import { useFocusReturn } from './focus-return.ts'

interface DialogFrameProps {
  title: string
  /** Read out and not shown: the palette has a field in the title's place. */
  hideTitle?: boolean
  onClose: () => void
  children: ReactNode
}

export function DialogFrame({ title, hideTitle = false, onClose, children }: DialogFrameProps) {
  const { page } = useText()
  const { onOpenAutoFocus, onCloseAutoFocus } = useFocusReturn()
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            onOpenAutoFocus()
            if (hideTitle || !(event.target instanceof HTMLElement)) return
            // Not its first button, whose tooltip would take the first Esc.
            event.preventDefault()
            event.target.focus()
          }}
          onCloseAutoFocus={onCloseAutoFocus}
          className={clsx(
            'fixed inset-x-0 z-50 mx-auto flex w-[min(32rem,calc(100vw-1.5rem))] animate-fade flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-float outline-none',
            hideTitle
              ? 'top-[max(0.75rem,12dvh,env(safe-area-inset-top))] max-h-[min(27rem,76dvh)] touch:max-h-[min(31rem,76dvh)]'
              : // Centred by margins: half a pixel would blur its lines.
                'inset-y-0 my-auto h-fit max-h-[calc(100dvh-1.5rem-env(safe-area-inset-top)-env(safe-area-inset-bottom))]',
          )}
        >
          <div
            className={
              hideTitle
                ? 'contents'
                : 'flex items-center justify-between gap-4 ps-6 pe-4 pt-4 pb-2 touch:pe-2.5'
            }
          >
            <Dialog.Title
              className={hideTitle ? 'sr-only' : 'text-title font-medium tracking-[-0.015em]'}
            >
              {title}
            </Dialog.Title>
            {!hideTitle && (
              <Dialog.Close asChild>
                <IconButton label={page.close}>
                  <X />
                </IconButton>
              </Dialog.Close>
            )}
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
