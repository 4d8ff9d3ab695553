'use client'
/** Asks before a session is deleted: its log is gone then, and nothing brings it back. */
import { AlertDialog } from 'radix-ui'
import { useText } from '../i18n/use-text.tsx'
import { Button } from './button.tsx'
import { useFocusReturn } from './focus-return.ts'

interface DeleteDialogProps {
  /** Of the session that is about to go; null while there is nothing to ask. */
  title: string | null
  onConfirm: () => void
  onClose: () => void
}

export default function DeleteDialog({ title, onConfirm, onClose }: DeleteDialogProps) {
  const { deleting } = useText()
  const focusReturn = useFocusReturn()
  return (
    <AlertDialog.Root open={title !== null} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-[oklch(0.15_0.01_220/0.4)]" />
        <AlertDialog.Content
          {...focusReturn}
          className="fixed top-1/2 left-1/2 z-50 w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 animate-fade rounded-xl border border-line bg-raised p-6 shadow-float"
        >
          <AlertDialog.Title className="text-title font-medium tracking-[-0.015em]">
            {deleting.title}
          </AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-base wrap-anywhere text-ink-2">
            {deleting.text(title ?? '')}
          </AlertDialog.Description>
          <div className="mt-6 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button tone="quiet">{deleting.cancel}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button tone="danger" onClick={onConfirm}>
                {deleting.confirm}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
