/** What stands between messages: a notification, a failure outside a turn, a command for all to see. */
import clsx from 'clsx'
import { memo } from 'react'
import type { Notice as NoticeEvent } from '../../core/folds/transcript.ts'
import { timeOfDay } from './message-time.ts'

export const Notice = memo(function Notice({ notice }: { notice: NoticeEvent }) {
  const level = levelOf(notice)
  return (
    <article aria-label={`${nameOf(notice)}, ${timeOfDay(notice.timestamp)}`} className="wire pt-8">
      <p className="relative text-sm wrap-anywhere text-ink-3">
        <span
          aria-hidden="true"
          className={clsx(
            'absolute -start-(--gutter) top-2 ms-px h-px w-2',
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

function nameOf(notice: NoticeEvent): string {
  if (notice.type === 'notification') return 'Notification'
  return notice.type === 'error' ? 'Error' : 'Command'
}

function levelOf(notice: NoticeEvent): 'info' | 'success' | 'warning' | 'error' {
  if (notice.type === 'notification') return notice.level
  return notice.type === 'error' ? 'error' : 'info'
}
