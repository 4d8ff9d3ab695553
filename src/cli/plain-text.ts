/**
 * What others wrote, on a terminal: without the control characters by which a text could move the cursor, change
 * the title or the clipboard. Used wherever a command shows a text on a terminal.
 */

export function plainText(text: string): string {
  return text.replaceAll(/(?![\n\t])\p{Cc}/gu, '')
}

export interface Paint {
  dim(text: string): string
  bold(text: string): string
  red(text: string): string
}

const off: Paint = { dim: (it) => it, bold: (it) => it, red: (it) => it }
const wrap = (open: number, close: number) => (text: string) => `\x1b[${open}m${text}\x1b[${close}m`
const on: Paint = { dim: wrap(2, 22), bold: wrap(1, 22), red: wrap(31, 39) }

/** Colours on a terminal that has them, unless `NO_COLOR` is set: https://no-color.org */
export function paintFor(
  stream: { isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  return stream.isTTY && !env.NO_COLOR && env.TERM !== 'dumb' ? on : off
}
