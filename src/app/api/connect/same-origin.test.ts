/** Who may ask for a token. */
import { expect, test } from 'vitest'
import { isSameOrigin } from './same-origin.ts'

const asked = (headers: Record<string, string>) =>
  isSameOrigin(new Headers({ host: 'chat.example:3000', ...headers }))

test('a browser that says where it comes from is believed', () => {
  expect(asked({ 'sec-fetch-site': 'same-origin' })).toBe(true)
  expect(asked({ 'sec-fetch-site': 'none' })).toBe(true)
  expect(asked({ 'sec-fetch-site': 'cross-site', origin: 'http://chat.example:3000' })).toBe(false)
  expect(asked({ 'sec-fetch-site': 'same-site' })).toBe(false)
})

test('without that, the Origin has to be the host that was asked', () => {
  expect(asked({ origin: 'http://chat.example:3000' })).toBe(true)
  expect(asked({ origin: 'http://chat.example' })).toBe(false)
  expect(asked({ origin: 'http://evil.example' })).toBe(false)
  expect(asked({ origin: 'null' })).toBe(false)
  expect(asked({ origin: 'https://public.example', 'x-forwarded-host': 'public.example' })).toBe(
    true,
  )
})

test('a program sends neither', () => {
  expect(asked({})).toBe(true)
})
