'use client'
/**
 * What waits for its turn, above the composer: what the server has, in the order in which it will run,
 * then what is on its way to it. One edits a message in its place, takes it back, sends it ahead or
 * drags it. Takes data and callbacks; knows no transport.
 */
import { type FocusEvent, type RefObject, useEffect, useRef, useState } from 'react'
import type { LateEdit, QueueEdit } from '../chat/use-queue-edit.ts'
import { useText } from '../i18n/use-text.tsx'
import { LateEditNote } from './late-edit-note.tsx'
import { atFirstSign } from './later.tsx'
import type { QueueDrag } from './queue-drag.tsx'
import { QueueEditor } from './queue-editor.tsx'
import { QueueRow, type QueueRowCallbacks } from './queue-row.tsx'
import { hasPlace, type QueuedMessage } from './queued-message.ts'

export interface QueueProps extends QueueRowCallbacks {
  messages: readonly QueuedMessage[]
  /** The message that is edited here, and its text so far. */
  editing: QueueEdit | null
  late: readonly LateEdit[]
  connected: boolean
  /** Says what is wrong with a text that cannot be sent; null where it can. */
  problemOf: (text: string) => string | null
  onWrite: (text: string) => void
  onSave: () => void
  onCancel: () => void
  /** Puts the messages into this order. Resolves when it is seen. */
  onArrange: (ids: readonly string[]) => Promise<unknown>
  /** A text that came too late goes to the composer, or is let go. */
  onTake: (late: LateEdit) => void
  onForget: (id: string) => void
  /** The row that had the focus is gone, and there is no other. */
  onEmpty: () => void
}

let drag: Promise<QueueDrag> | null = null

function loadQueueDrag(): Promise<QueueDrag> {
  drag ??= import('./queue-drag.tsx').then(({ queueDrag }) => queueDrag)
  return drag
}

// Mostly there before anything waits: then no row is made twice.
atFirstSign(() => void loadQueueDrag().catch(() => {}))

export function Queue(props: QueueProps) {
  const { messages, editing, late, onArrange, onEdit, onEmpty } = props
  const { queue: text } = useText()
  const region = useRef<HTMLDivElement>(null)
  const [drop, setDrop] = useState<readonly string[] | null>(null)
  const dragging = useQueueDrag(messages.length > 0, region)
  const focus = useRowFocus(region, onEmpty)
  if (messages.length === 0 && late.length === 0) return null

  const shown = drop ? inOrder(messages, drop) : messages
  const ids = shown.filter(hasPlace).map(({ id }) => id)
  const arrange = async (order: readonly string[]) => {
    setDrop(order)
    await onArrange(order)
    setDrop(null)
  }
  const { Area, Item } = dragging ?? standing
  return (
    <div
      ref={region}
      {...focus.watch}
      className="mx-4 flex max-h-[min(16rem,34dvh)] flex-col overflow-y-auto overscroll-contain rounded-t-lg border border-b-0 border-line bg-wash max-sm:mx-2.5 touch:max-h-[40dvh]"
    >
      {late.map((one) => (
        <LateEditNote
          key={one.id}
          late={one}
          onTake={() => props.onTake(one)}
          onForget={() => {
            focus.after(() => props.onForget(one.id))
          }}
        />
      ))}
      {shown.length > 0 && (
        <Area ids={ids} onOrder={arrange}>
          <ul aria-label={text.name} className="divide-y divide-line">
            {shown.map((message) => {
              const { id, content } = message
              if (editing?.id === id) {
                return (
                  <QueueEditor
                    key={id}
                    text={editing.text}
                    takesFocus={!editing.isBack}
                    problem={props.problemOf(editing.text)}
                    connected={props.connected}
                    onWrite={props.onWrite}
                    onSave={() => {
                      focus.on(id, text.edit)
                      props.onSave()
                    }}
                    onCancel={() => {
                      focus.on(id, text.edit)
                      props.onCancel()
                    }}
                  />
                )
              }
              return (
                <Item key={id} id={id} movable={ids.length > 1 && ids.includes(id) && !editing}>
                  {(handle) => (
                    <QueueRow
                      message={message}
                      handle={handle}
                      isFirst={ids[0] === id}
                      onEdit={() => onEdit(id, content)}
                      onWithdraw={() => focus.after(() => props.onWithdraw(id))}
                      onSendNext={() => props.onSendNext(id)}
                    />
                  )}
                </Item>
              )
            })}
          </ul>
        </Area>
      )}
    </div>
  )
}

/** Until rows can be dragged: the same, standing still. */
const standing: QueueDrag = {
  Area: ({ children }) => children,
  Item: ({ id, children }) => (
    <li data-id={id} className="animate-rise">
      {children(null)}
    </li>
  ),
}

/** What lets rows be dragged, once it is there. Rows are made anew with it, so not under somebody's hands. */
function useQueueDrag(wanted: boolean, region: RefObject<HTMLElement | null>) {
  const [dragging, setDragging] = useState<QueueDrag | null>(null)
  useEffect(() => {
    if (!wanted || dragging) return
    let left = false
    let leave = () => {}
    const take = (loaded: QueueDrag) => {
      if (left) return
      const element = region.current
      if (!element?.contains(document.activeElement)) {
        setDragging(loaded)
        return
      }
      const onBlur = () => queueMicrotask(() => take(loaded))
      element.addEventListener('focusout', onBlur, { once: true })
      leave = () => element.removeEventListener('focusout', onBlur)
    }
    // Without it everything works but the dragging.
    loadQueueDrag().then(take, () => {})
    return () => {
      left = true
      leave()
    }
  }, [wanted, dragging, region])
  return dragging
}

/**
 * Where the focus goes when the row or the editor that had it goes: it may be withdrawn or saved here, or
 * begin to run by itself.
 */
function useRowFocus(region: RefObject<HTMLElement | null>, onEmpty: () => void) {
  const next = useRef<(() => HTMLElement | null | undefined) | null>(null)
  const last = useRef<Element | null>(null)
  useEffect(() => {
    const isLost = last.current?.isConnected === false
    if (next.current === null && !isLost) return
    const { activeElement: active } = document
    // Drawn anew for another reason, and the row that is to go still has it.
    if (active !== document.body && active === last.current) return
    const found = next.current?.() ?? region.current?.querySelector<HTMLElement>('button')
    next.current = null
    last.current = null
    if (active !== document.body) return
    if (found) found.focus()
    else onEmpty()
  })
  return {
    /** For the region. */
    watch: {
      onFocus: ({ target }: FocusEvent) => {
        last.current = target
      },
      onBlur: ({ target }: FocusEvent) => {
        // One who left it by himself is not fetched back. What is taken away blurs too.
        setTimeout(() => {
          if (target.isConnected && last.current === target) last.current = null
        })
      },
    },
    /** On a row's button, when it is shown again. */
    on(id: string, label: string) {
      next.current = () => buttonOf(rowOf(region.current, id), label)
    },
    /** Does what takes the row away that has the focus: the one after it gets it, or the one before. */
    after(act: () => void) {
      const { activeElement: active } = document
      const row = active?.closest('li')
      const neighbour = row?.nextElementSibling ?? row?.previousElementSibling
      const label = active?.getAttribute('aria-label') ?? ''
      next.current = () => (neighbour?.isConnected ? buttonOf(neighbour, label) : null)
      act()
    },
  }
}

function rowOf(region: HTMLElement | null, id: string): Element | null {
  return region?.querySelector(`li[data-id="${CSS.escape(id)}"]`) ?? null
}

function buttonOf(row: Element | null | undefined, label: string): HTMLElement | null {
  return row?.querySelector<HTMLElement>(`button[aria-label="${CSS.escape(label)}"]`) ?? null
}

/** Those named first and in that order, then the others. */
function inOrder(messages: readonly QueuedMessage[], ids: readonly string[]): QueuedMessage[] {
  const named = ids.flatMap((id) => messages.find((one) => one.id === id) ?? [])
  return [...named, ...messages.filter((one) => !named.includes(one))]
}
