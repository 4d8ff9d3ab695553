/** What is a command and what is a message: contract section 3. */
import { expect, test } from 'vitest'
import { parseSlashCommand, slashOptions } from './slash-command.ts'

test.each([
  ['/clear', { name: 'clear' }],
  ['  /cancel ', { name: 'cancel' }],
  ['/help', { name: 'help' }],
  ['/model openai/gpt-4-turbo', { name: 'model', model: 'openai/gpt-4-turbo' }],
  ['/export', { name: 'export', format: 'markdown' }],
  ['/export json', { name: 'export', format: 'json' }],
])('%j is a command', (text, command) => {
  expect(parseSlashCommand(text)).toEqual(command)
})

test.each([
  'clear',
  '/',
  '/etc/passwd',
  '/clear the table',
  '/model',
  '/model a b',
  '/export pdf',
  'x /clear',
  '',
])('%j is a message', (text) => {
  expect(parseSlashCommand(text)).toBeNull()
})

const offered = (draft: string) =>
  slashOptions(draft, ['openai/gpt-4-turbo', 'local/small']).map(({ text }) => text)

test.each([
  ['/', ['/cancel', '/clear', '/model ', '/regenerate', '/export ', '/help']],
  ['/c', ['/cancel', '/clear']],
  ['/clear', ['/clear']],
  ['/model', ['/model ']],
  ['/model ', ['/model openai/gpt-4-turbo', '/model local/small']],
  ['/model SMA', ['/model local/small']],
  ['/export j', ['/export json']],
])('%j offers %j', (draft, texts) => {
  expect(offered(draft)).toEqual(texts)
})

test.each(['', 'clear', '/x', '/etc/passwd', '/clear the table', '/cl\near', ' /', '/model a b'])(
  '%j offers nothing',
  (draft) => {
    expect(offered(draft)).toEqual([])
  },
)
