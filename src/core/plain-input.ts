/**
 * What a stranger's JSON may be at all, before a schema looks at it: no deeper than a few levels, whole
 * characters, no NUL, finite numbers, no `__proto__`. One walk without recursion, so that no depth can
 * exhaust the stack. Used by the router for each call, by the socket before it weighs a frame, and for the data
 * of a notification.
 */

/** Levels of objects and lists. No input of ours has half as many. */
export const maxDepth = 32

/** What is wrong, and where: `args.messageId`, or `input` for the whole. */
export interface Flaw {
  field: string
  message: string
}

interface Place {
  value: unknown
  /** Null at the top. */
  parent: Place | null
  key: string
  depth: number
}

/** The first flaw that is found; null where there is none. */
export function findFlaw(input: unknown, levels = maxDepth): Flaw | null {
  const places: Place[] = [{ value: input, parent: null, key: '', depth: 1 }]
  for (let place = places.pop(); place; place = places.pop()) {
    const { value, depth } = place
    const message = flawOf(value)
    if (message) return { field: fieldOf(place), message }
    if (typeof value !== 'object' || value === null) continue
    if (depth > levels) return { field: 'input', message: 'must not be nested so deeply' }
    for (const [key, inner] of Object.entries(value)) {
      const child = { value: inner, parent: place, key, depth: depth + 1 }
      if (key === '__proto__') return { field: fieldOf(child), message: 'is not a known field' }
      if (!isText(key)) return { field: fieldOf(place), message: 'must have well-formed names' }
      places.push(child)
    }
  }
  return null
}

function flawOf(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return isText(value) ? null : 'must be well-formed text without NUL'
    case 'number':
      return Number.isFinite(value) ? null : 'must be a finite number'
    case 'object':
      return isPlain(value) ? null : 'must be JSON'
    default:
      return null
  }
}

/** Text that a log can keep: no NUL, no half of a surrogate pair. */
export function isText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\u0000')
}

/** What JSON makes; not a form, a file or a stream, which HTTP can bring. */
function isPlain(value: object | null): boolean {
  if (value === null || Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function fieldOf({ key, parent }: Place): string {
  const names: string[] = []
  for (
    let place: Place | null = parent, name = key;
    place;
    name = place.key, place = place.parent
  ) {
    names.unshift(fieldName(name))
  }
  return names.join('.') || 'input'
}

const maxNameChars = 60

/** A field's name as it is said back: a stranger chooses it, so it is short and whole. */
export function fieldName(name: string): string {
  const short = name.length > maxNameChars ? `${name.slice(0, maxNameChars)}…` : name
  return short.toWellFormed().replaceAll('\u0000', '\ufffd')
}
