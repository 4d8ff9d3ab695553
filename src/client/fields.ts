/**
 * Reads fields of what came from outside, each by its type: for the few values that a browser parses at
 * first, where a library of schemas would be most of what it loads.
 */
export type Fields = Readonly<Record<string, unknown>>

/** Null where it has no fields. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null
}

export function textField(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  return typeof value === 'string' ? value : undefined
}

export function numberField(fields: Fields, name: string): number | undefined {
  const value = fields[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
