/**
 * In place of what streamdown merges class names with: its own elements are not shown, and the one class name
 * that it is given contradicts none of its own. Put there by `next.config.mjs`.
 */
export function twMerge(names: string): string {
  return names
}
