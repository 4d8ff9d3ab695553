'use client'
/** What the keyboard does here. Opened by `?`. Fetched when first opened. */
import { useText } from '../i18n/use-text.tsx'
import { modKeyName } from '../settings/send-key.ts'
import { useSettings } from '../settings/use-settings.ts'
import { DialogFrame } from './dialog-frame.tsx'

export default function KeyboardDialog({ onClose }: { onClose: () => void }) {
  const { keyboard } = useText()
  const { sendKey } = useSettings()
  const mod = modKeyName()
  const send = sendKey === 'enter' ? ['Enter'] : [mod, 'Enter']
  const line = sendKey === 'enter' ? ['Shift', 'Enter'] : ['Enter']
  const groups = [
    {
      name: keyboard.writing,
      keys: [
        { keys: send, does: keyboard.send },
        { keys: line, does: keyboard.line },
        { keys: ['Esc'], does: keyboard.stop },
        { keys: ['/'], does: keyboard.slash },
      ],
    },
    {
      name: keyboard.everywhere,
      keys: [
        { keys: [mod, 'K'], does: keyboard.palette },
        { keys: ['?'], does: keyboard.help },
        { keys: ['Alt', 'T'], does: keyboard.toasts },
        { keys: ['Tab'], does: keyboard.next },
      ],
    },
  ]
  return (
    <DialogFrame title={keyboard.title} onClose={onClose}>
      <div className="grid gap-x-10 gap-y-5 overflow-y-auto px-6 pt-2 pb-6">
        {groups.map((group) => (
          <section key={group.name} aria-label={group.name}>
            <h3 className="pb-1 text-xs text-ink-3">{group.name}</h3>
            <dl className="divide-y divide-line">
              {group.keys.map(({ keys, does }) => (
                <div key={does} className="flex items-center justify-between gap-6 py-2">
                  <dt className="text-base text-ink-2">{does}</dt>
                  <dd className="flex shrink-0 gap-1">
                    {keys.map((key) => (
                      <kbd
                        key={key}
                        className="inline-flex h-6 min-w-6 items-center justify-center rounded-sm border border-edge bg-wash px-1.5 font-mono text-xs text-ink-2"
                      >
                        {key}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </DialogFrame>
  )
}
