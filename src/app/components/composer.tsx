'use client'
/**
 * Where one writes. Enter sends (or what the settings say), Shift+Enter breaks the line, Esc stops the answer; while an input
 * method composes, Enter is its own; `/` opens the commands. The draft is the caller's, so that it can be
 * kept per session.
 */
import clsx from 'clsx'
import { ArrowUp, Square } from 'lucide-react'
import {
  type KeyboardEvent,
  type ReactNode,
  Suspense,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import type { MessageSize } from '../chat/message-size.ts'
import type { SlashOption } from '../chat/slash-command.ts'
import { useFormats, useText } from '../i18n/use-text.tsx'
import { isSendPress } from '../settings/send-key.ts'
import { useSettings } from '../settings/use-settings.ts'
import { later } from './later.tsx'
import { hasLongWord } from './long-word.ts'
import { Tip } from './tip.tsx'
import { optionId, useCommandMenu } from './use-command-menu.ts'

const CommandMenu = later(() => import('./command-menu.tsx'))

export interface ComposerProps {
  draft: string
  onDraft: (draft: string) => void
  onSend: (content: string) => void
  /** What the draft may mean as a command. */
  options: readonly SlashOption[]
  /** Of the draft: one that does not fit is not sent, and stays. */
  size: MessageSize
  /** Present while an answer runs. */
  onStop?: (() => void) | undefined
  placeholder: string
  disabled?: boolean
  /** One may write, and what one sends goes a little later. */
  held?: boolean
  /** At the foot, on the left: the model, and what there is to know of it. */
  footer: ReactNode
  /** Of the field, for the skip link. */
  fieldId: string
}

export function Composer(props: ComposerProps) {
  const {
    draft,
    onDraft,
    onSend,
    options,
    size,
    onStop,
    placeholder,
    disabled = false,
    held = false,
    footer,
    fieldId,
  } = props
  const text = useText()
  const { sendKey } = useSettings()
  const form = useRef<HTMLFormElement>(null)
  const sendable = !disabled && !held && size.fits && draft.trim() !== ''
  const menuId = `${fieldId}-commands`
  const noteId = `${fieldId}-note`
  const menu = useCommandMenu({ draft, options, onDraft, onRun: onSend })

  // Where the style sheet cannot let it grow with its text.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew for each draft
  useLayoutEffect(() => {
    const field = form.current?.querySelector('textarea')
    if (!field || CSS.supports('field-sizing', 'content')) return
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight}px`
  }, [draft])

  /** What Enter was pressed for while it could not go yet: it goes once it can, unless it is changed before. */
  const [wanted, setWanted] = useState<string | null>(null)
  if (wanted !== null && wanted !== draft) setWanted(null)
  const send = () => {
    if (sendable) onSend(draft.trim())
    else if (held) setWanted(draft)
  }
  useEffect(() => {
    if (wanted === null || wanted !== draft || !sendable) return
    setWanted(null)
    onSend(draft.trim())
  }, [wanted, draft, sendable, onSend])

  const onKeyDown = (event: KeyboardEvent) => {
    // 229: Safari sends the Enter that ends a composition after the end of it.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (menu.onKeyDown(event)) return
    if (isSendPress(event, sendKey)) {
      event.preventDefault()
      send()
    } else if (event.key === 'Escape' && onStop) {
      event.preventDefault()
      onStop()
    }
  }

  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      className="relative rounded-xl border border-edge bg-raised shadow-raised transition-colors focus-within:border-ink-3"
    >
      {menu.isOpen && (
        <Suspense>
          <CommandMenu
            id={menuId}
            options={options}
            place={menu.place}
            onMark={menu.mark}
            onChoose={menu.choose}
          />
        </Suspense>
      )}
      <textarea
        id={fieldId}
        aria-label={text.composer.message}
        aria-describedby={noteId}
        aria-invalid={!size.fits}
        aria-autocomplete="list"
        aria-controls={menu.isOpen ? menuId : undefined}
        aria-activedescendant={menu.isOpen ? optionId(menuId, menu.place) : undefined}
        rows={1}
        value={draft}
        disabled={disabled}
        placeholder={placeholder}
        enterKeyHint={sendKey === 'enter' ? 'send' : 'enter'}
        onChange={(event) => onDraft(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={({ currentTarget, clipboardData }) => {
          // It is laid out before the draft has it.
          if (hasLongWord(clipboardData.getData('text'))) {
            currentTarget.classList.add('[font-kerning:none]')
          }
        }}
        onBlur={menu.close}
        className={clsx(
          'block field-sizing-content max-h-[min(18rem,40dvh)] w-full resize-none overflow-y-auto bg-transparent px-4 pt-3.5 pb-1 text-[1rem] touch:pb-1.5 leading-6 outline-none',
          hasLongWord(draft) && '[font-kerning:none]',
        )}
      />
      <SizeNote id={noteId} size={size} />
      <div className="flex items-center gap-3 ps-4 pe-2 pb-2">
        <div className="flex min-w-0 flex-1 items-center gap-3">{footer}</div>
        {onStop && (
          <Tip label={text.composer.stopTip} side="top">
            <button
              type="button"
              aria-label={text.composer.stop}
              aria-keyshortcuts="Escape"
              onClick={onStop}
              className="inline-flex size-9 shrink-0 items-center justify-center rounded-full border border-edge text-ink transition-colors hover:bg-tint touch:size-11"
            >
              <Square className="size-3 fill-current" />
            </button>
          </Tip>
        )}
        <button
          type="submit"
          aria-label={text.composer.send}
          disabled={!sendable}
          className={clsx(
            'inline-flex size-9 shrink-0 items-center justify-center rounded-full transition-colors touch:size-11',
            sendable ? 'bg-accent text-accent-ink hover:brightness-110' : 'bg-tint text-ink-3',
          )}
        >
          <ArrowUp className="size-4.5" />
        </button>
      </div>
    </form>
  )
}

/** How much is left where it gets tight, or how much is too much. Said to who cannot see it, too. */
function SizeNote({ id, size }: { id: string; size: MessageSize }) {
  const { composer } = useText()
  const { number } = useFormats()
  const left = size.fits ? size.charactersLeft : null
  return (
    <p
      id={id}
      aria-live="polite"
      className={clsx(
        'px-4 text-xs tabular-nums not-empty:pb-1',
        size.fits ? 'text-ink-3' : 'text-danger',
      )}
    >
      {left !== null && composer.charactersLeft(number(left))}
      {!size.fits && composer.charactersOver(number(size.charactersOver))}
    </p>
  )
}
