'use client'
/**
 * The state of the connection, in a dot and a word; offline, the seconds until the next try and a
 * button that tries now. The countdown is not read out: only the word is the status.
 */
import clsx from 'clsx'
import { Suspense } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { later } from './later.tsx'

const Countdown = later(() => import('./countdown.tsx'))

export type ConnectionView =
  | { state: 'connecting' }
  | { state: 'connected'; transport?: 'websocket' | 'sse' }
  | { state: 'offline'; retryAt?: number | undefined }

interface ConnectionStatusProps {
  connection: ConnectionView
  onRetry: () => void
}

export function ConnectionStatus({ connection, onRetry }: ConnectionStatusProps) {
  const { state } = connection
  const text = useText()
  return (
    <div className="flex shrink-0 items-center gap-2 text-sm">
      <span
        role="status"
        aria-label={text.connection.name}
        className={clsx(
          'flex items-center gap-2',
          state === 'offline' ? 'font-medium text-warn' : 'text-ink-3',
        )}
      >
        <span
          aria-hidden="true"
          className={clsx('size-1.5 rounded-full', {
            'bg-accent': state === 'connected',
            'animate-breathe bg-ink-3': state === 'connecting',
            'bg-warn': state === 'offline',
          })}
        />
        <span className={clsx(state === 'connected' && 'max-sm:sr-only')}>
          {text.connection[state]}
        </span>
      </span>
      {connection.state === 'connected' && connection.transport === 'sse' && (
        <span title={text.connection.overHttpWhy} className="text-ink-3 text-xs max-sm:sr-only">
          {text.connection.overHttp}
        </span>
      )}
      {connection.state === 'offline' && (
        <>
          {connection.retryAt !== undefined && (
            <Suspense>
              <Countdown until={connection.retryAt} />
            </Suspense>
          )}
          <button
            type="button"
            onClick={onRetry}
            className="rounded-sm px-1.5 py-0.5 font-medium text-ink underline decoration-edge underline-offset-4 hover:decoration-ink touch:py-3"
          >
            {text.connection.retry}
          </button>
        </>
      )}
    </div>
  )
}
