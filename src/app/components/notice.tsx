'use client'
/** What stands between messages: a notification, a failure outside a turn, a command for all to see. */
import clsx from 'clsx'
import { memo } from 'react'
import type { Notice as NoticeEvent } from '../../client/index.ts'
import type { Dictionary } from '../i18n/en.ts'
import { useFormats, useText } from '../i18n/use-text.tsx'

export const Notice = memo(function Notice({ notice }: { notice: NoticeEvent }) {
  const { conversation } = useText()
  const { timeOfDay } = useFormats()
  const level = levelOf(notice)
  return (
    <article
      aria-label={`${nameOf(notice, conversation)}, ${timeOfDay(notice.timestamp)}`}
      className="wire pt-8"
    >
      <p
        className={clsx(
          'relative wrap-anywhere text-ink-3',
          // The first one names the session, mostly for programs.
          notice.seq === 1 ? 'text-xs leading-5' : 'text-sm',
        )}
      >
        <span
          aria-hidden="true"
          className={clsx(
            'absolute -start-(--gutter) top-2.5 ms-px h-px w-2',
            { info: 'bg-edge', success: 'bg-accent', warning: 'bg-warn', error: 'bg-danger' }[
              level
            ],
          )}
        />
        <span
          className={clsx(level === 'error' && 'text-danger', level === 'warning' && 'text-warn')}
        >
          {notice.content}
        </span>
      </p>
    </article>
  )
})

function nameOf(notice: NoticeEvent, text: Dictionary['conversation']): string {
  if (notice.type === 'notification') return text.notification
  return notice.type === 'error' ? text.error : text.command
}

function levelOf(notice: NoticeEvent): 'info' | 'success' | 'warning' | 'error' {
  if (notice.type === 'notification') return notice.level
  return notice.type === 'error' ? 'error' : 'info'
}
