/** What is asked: the words of the command, what comes in at its standard input, or both. Used by `ask` and `notify`. */
import { fstatSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { CommandError, exitCodes } from './exit-codes.ts'

/** Throws where there is nothing. `useInput` false: standard input is left alone. */
export async function readContent(words: readonly string[], useInput: boolean): Promise<string> {
  const said = words.join(' ').trim()
  const piped = useInput && isPiped() ? (await text(process.stdin)).trim() : ''
  const content = [said, piped].filter((part) => part !== '').join('\n\n')
  if (content === '') {
    throw new CommandError('There is nothing to say: write it, or pipe it in.', exitCodes.usage)
  }
  return content
}

/** A pipe, a file or a socket; neither a terminal, nor the null device of a job. */
function isPiped(): boolean {
  try {
    const input = fstatSync(0)
    return input.isFIFO() || input.isFile() || input.isSocket()
  } catch {
    return false
  }
}
