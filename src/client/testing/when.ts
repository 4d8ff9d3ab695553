/** Waits on a state instead of on time, for tests. */
import type { Observable } from '../observable.ts'

/** Resolves with the first snapshot, from now on, that matches. */
export function when<T>(store: Observable<T>, matches: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    let leave = () => {}
    let found = false
    const look = () => {
      const value = store.getSnapshot()
      if (found || !matches(value)) return
      found = true
      leave()
      resolve(value)
    }
    leave = store.subscribe(look)
    if (found) leave()
    else look()
  })
}
