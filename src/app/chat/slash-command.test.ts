/** What is a command and what is a message: contract section 3. */
import { expect, test } from 'vitest'
import { parseSlashCommand } from './slash-command.ts'

test.each([
  ['/clear', { name: 'clear' }],
  ['  /cancel ', { name: 'cancel' }],
  ['/help', { name: 'help' }],
  ['/model openai/gpt-4-turbo', { name: 'model', model: 'openai/gpt-4-turbo' }],
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
  'x /clear',
  '',
])('%j is a message', (text) => {
  expect(parseSlashCommand(text)).toBeNull()
})
