/** Where a link goes, and when its text hides that. */
import { describe, expect, test } from 'vitest'
import { linkTarget, needsHost } from './link-target.ts'

describe('K2: only http, https and mailto are followed', () => {
  test.each([
    ['https://example.com/a?b#c', 'example.com'],
    ['HTTP://EXAMPLE.com:8080', 'example.com:8080'],
    ['mailto:me@example.com?subject=x', 'me@example.com'],
    ['https://аpple.com/', 'xn--pple-43d.com'],
    ['https://bank.example@evil.example/', 'evil.example'],
    ['https:\\\\evil.example', 'evil.example'],
    ['https://ev\til.example', 'evil.example'],
    ['https://0x7f.1/', '127.0.0.1'],
  ])('%j goes to %s', (address, host) => {
    expect(linkTarget(address)?.host).toBe(host)
  })

  test.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'javascript&colon;alert(1)',
    'javascript%3Aalert(1)',
    'vbscript:msgbox',
    'data:text/html,<script>alert(1)</script>',
    'blob:https://example.com/1',
    'file:///etc/passwd',
    'view-source:https://example.com',
    'intent://x#Intent;end',
    'tel:+1',
    'streamdown:incomplete-link',
    '//evil.example/x',
    '/api/connect',
    '#fragment',
    'evil.example',
    'http://',
    'mailto:',
    '',
    undefined,
  ])('%j goes nowhere', (address) => {
    expect(linkTarget(address)).toBeNull()
  })
})

const lies = (text: string, address: string) => {
  const target = linkTarget(address)
  if (!target) throw new Error(`${address} goes nowhere`)
  return needsHost(text, target)
}

describe('K3: the host stands beside a text that', () => {
  test.each([
    ['names another host', 'https://bank.example', 'https://evil.example'],
    ['names another host without a scheme', 'see bank.example/login', 'https://evil.example'],
    [
      'names a host that the real one only begins with',
      'bank.example',
      'https://bank.example.evil.example',
    ],
    ['names another host with a user before it', 'x@bank.example', 'https://evil.example'],
    ['is another mail address', 'me@bank.example', 'mailto:me@evil.example'],
    ['has dots of another script', 'bank。example', 'https://evil.example'],
    ['has letters of no width in it', 'ba\u200bnk.ex\u00adample', 'https://evil.example'],
    ['is wide', 'ｂａｎｋ．ｅｘａｍｐｌｅ', 'https://evil.example'],
    ['turns its direction', '\u202eelpmaxe.knab', 'https://evil.example'],
    ['names a host without a dot', 'http://localhost:3000/', 'https://evil.example'],
    ['names a host by its number', '10.0.0.1', 'https://evil.example'],
    ['names a host by a long number', 'http://[::1]/', 'https://evil.example'],
    ['says nothing', '\u200b\u3164 ', 'https://evil.example'],
    ['looks like a name in another script', 'https://аpple.com', 'https://аpple.com'],
    [
      'puts a user before the host',
      'https://bank.example@evil.example',
      'https://bank.example@evil.example',
    ],
  ])('%s', (_, text, address) => {
    expect(lies(text, address)).toBe(true)
  })

  test.each([
    ['the documentation', 'https://example.com/docs'],
    ['https://example.com/a', 'https://example.com/b'],
    ['www.example.com', 'http://example.com'],
    ['example.com.', 'https://www.example.com/'],
    ['http://example.com:8080/', 'http://example.com:8080/'],
    ['me@example.com', 'mailto:me@example.com'],
    ['http://localhost:3000/a', 'http://localhost:3000/b'],
    ['10.0.0.1', 'http://10.0.0.1:8080/'],
    ['http://[::1]:3000/', 'http://[::1]:3000/'],
    ['version 1.2.3', 'https://example.com'],
    ['https://example.com', 'https://example.com'],
    ['version 1.5 of it', 'https://example.com'],
    ['https://xn--pple-43d.com', 'https://аpple.com'],
  ])('and not beside %j for %s', (text, address) => {
    expect(lies(text, address)).toBe(false)
  })

  test('a long text of nothing but dots takes no time', () => {
    const begun = performance.now()
    for (const piece of ['a.', 'a', '.', 'a:', '@', 'a-'])
      lies(piece.repeat(50_000), 'https://e.example')
    expect(performance.now() - begun).toBeLessThan(2_000)
  })
})
