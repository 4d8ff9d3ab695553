/**
 * What is wrong with an input, field by field, as `INVALID_INPUT` says it (contract section 6). Used by the
 * router's formatter and by the commands.
 */
import type { z } from 'zod'
import { fieldName } from './plain-input.ts'

/** So many are named: an answer must not grow with the nonsense that it is about. */
const maxFields = 20

/** The first thing that is wrong with each field. `under` is where the parsed value stood in the input. */
export function wrongFields(
  issues: readonly z.core.$ZodIssue[],
  under: readonly string[] = [],
): Record<string, string> {
  // A map: `fields.constructor ??= …` would find the one that every object inherits.
  const fields = new Map<string, string>()
  for (const issue of issues) {
    const path = [...under, ...issue.path.map((part) => fieldName(String(part)))]
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, maxFields)) {
        // Not zod's message: it lists all unknown keys, which would be said once for each of them.
        add([...path, fieldName(key)].join('.'), 'is not a known field')
      }
    } else {
      add(path.join('.') || 'input', issue.message)
    }
  }
  return Object.fromEntries(fields)

  function add(name: string, message: string): void {
    if (fields.size < maxFields && !fields.has(name)) fields.set(name, message)
  }
}
