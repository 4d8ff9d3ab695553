/**
 * A store whose operations are timed, and whose commits of this process are told. What its methods are is the
 * port's matter: every one that returns a promise is measured under its name. Used by `compose.ts`.
 */
import { Histogram, type Registry } from 'prom-client'
import type { LogEvent } from '../../core/events.ts'
import type { AppendResult, Store } from '../../core/ports/store.ts'
import { storeBuckets } from './buckets.ts'

export interface MeasuredStoreInput {
  registry: Registry
  /** As OpenTelemetry names it: `sqlite`, `redis`. */
  system: string
  committed(events: readonly LogEvent[]): void
  nowMs?: () => number
}

export function measuredStore(store: Store, input: MeasuredStoreInput): Store {
  const { registry, system, committed, nowMs = () => performance.now() } = input
  const durations = new Histogram({
    name: 'db_client_operation_duration_seconds',
    help: 'How long the store took, by operation; error_type says that it failed.',
    labelNames: ['db_system_name', 'db_operation_name', 'error_type'],
    buckets: storeBuckets,
    registers: [registry],
  })

  function timed(operation: string) {
    const labels = { db_system_name: system, db_operation_name: operation }
    // Found once: looking for labels costs more than counting.
    return {
      done: durations.labels({ ...labels, error_type: '' }),
      failed: durations.labels({ ...labels, error_type: 'failed' }),
    }
  }

  function measured(operation: string, method: (...args: unknown[]) => unknown) {
    const { done, failed } = timed(operation)
    return (...args: unknown[]) => {
      const sinceMs = nowMs()
      const result = method.apply(store, args)
      if (!(result instanceof Promise)) return result
      result.then(
        () => done.observe((nowMs() - sinceMs) / 1000),
        () => failed.observe((nowMs() - sinceMs) / 1000),
      )
      return result
    }
  }

  /** Thousands a second: one promise more is all that it takes. Told before the caller's promise resolves. */
  const appends = timed('append')
  function append(...args: Parameters<Store['append']>): Promise<AppendResult> {
    const sinceMs = nowMs()
    return store.append(...args).then(
      (result) => {
        appends.done.observe((nowMs() - sinceMs) / 1000)
        if (result.outcome === 'appended') committed(result.events)
        return result
      },
      (cause: unknown) => {
        appends.failed.observe((nowMs() - sinceMs) / 1000)
        throw cause
      },
    )
  }

  const known = new Map<string, unknown>([['append', append]])
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function' || typeof name === 'symbol') return value
      const before = known.get(name)
      if (before) return before
      const method = measured(name, value as (...args: unknown[]) => unknown)
      known.set(name, method)
      return method
    },
  })
}
