/** Contract section 2 at its ends: what is just allowed, what is just not, and that all bad ones are said at once. */
import { describe, expect, test } from 'vitest'
import { parseEnv } from './env.ts'

function problems(env: Record<string, string>): string[] {
  const parsed = parseEnv(env)
  return parsed.ok ? [] : parsed.problems
}

const long = (length: number) => 'x'.repeat(length)

/** Of each setting: the ends that are allowed, and what is just beyond or no value at all. */
const ends: Record<string, { good: string[]; bad: string[] }> = {
  OPENROUTER_API_KEY: {
    good: ['k', long(1000)],
    bad: ['a b', 'é', 'a\nb', long(1001), 'a\u0000'],
  },
  OPENROUTER_BASE_URL: {
    good: ['http://a', 'https://[::1]:1/v1', 'https://user:pass@a/v1'],
    bad: [
      'file:///etc/passwd',
      'http://',
      'https://a/v1?key=x',
      'https://a/#x',
      'http://a b',
      `http://${long(2000)}`,
    ],
  },
  MODEL: { good: ['a', long(200)], bad: [long(201), 'a\u0007', 'a\nb', '\ud800'] },
  MODELS: {
    good: ['a', 'a, a ,b'],
    bad: [
      ',',
      'a,,b',
      long(201),
      Array.from({ length: 1001 }, (_, index) => `m${index}`).join(','),
    ],
  },
  AGENT_NAME: { good: ['日本', long(100)], bad: [long(101), 'a\r\nX-Header: b', '\ud800'] },
  SYSTEM_PROMPT: { good: ['a\n\tb', long(200_000)], bad: [long(200_001), 'a\u0000', '\udfff'] },
  SESSION_TIMEOUT: { good: ['0.001', '5256000'], bad: ['0', '-1', 'NaN', '1e3', '5256001', '٣'] },
  MAX_HISTORY: { good: ['1', '100000'], bad: ['0', '100001', '1.5', '+5', '0x1'] },
  TEMPERATURE: { good: ['0', '2', '2.0'], bad: ['2.0001', '-0.1', '.5', 'Infinity'] },
  MAX_TOKENS: { good: ['1', '10000000'], bad: ['0', '10000001', '9'.repeat(30)] },
  PORT: { good: ['0', '65535'], bad: ['65536', '-0', '3000/tcp'] },
  AGENT_HOST: {
    good: ['0.0.0.0', '::', '::1', 'agent-1.internal', 'localhost'],
    bad: ['http://a', 'a:3001', 'a/b', 'a b', '-a', long(300), '[::1]'],
  },
  AGENT_PORT: { good: ['0', '65535'], bad: ['65536', '1e3', 'http'] },
  PUBLIC_AGENT_URL: {
    good: ['wss://a', 'https://a/b'],
    bad: [
      'a',
      '//a',
      'javascript:alert(1)',
      'https://user:pass@a',
      'https://a?x',
      'data:text/html,x',
    ],
  },
  DATA_DIR: { good: ['/a b/c', './é'], bad: ['a\u0000b', 'a\nb', long(4001)] },
  CRASH_POLICY: {
    good: ['restart', 'continue', 'stop'],
    bad: ['Restart', 'constructor', 'restart,stop'],
  },
  AUTH_MODE: { good: ['guest'], bad: ['none', 'GUEST', '__proto__'] },
  AUTH_SECRET: { good: [long(32), 'é'.repeat(16)], bad: [long(31), long(10_001)] },
  FORWARD_SECRET: { good: [long(32)], bad: [long(31), `${long(32)} y`, long(1001)] },
  ALLOWED_ORIGINS: {
    good: ['https://a', 'http://a:81,https://b'],
    bad: [
      '*',
      'https://*',
      'https://*.example.org',
      'https://a/',
      'a',
      'null',
      'HTTPS://A',
      'https://a:443',
      'file://',
      'https://u:hush@a',
    ],
  },
  ALLOW_NO_ORIGIN: { good: ['true', 'false'], bad: ['1', 'True', 'yes'] },
  MAX_MESSAGE_BYTES: { good: ['1024', '16777216'], bad: ['1023', '16777217', '64k'] },
  UPSTREAM_FIRST_TOKEN_TIMEOUT: { good: ['0.001', '86400'], bad: ['0', '86401', '1m'] },
  UPSTREAM_IDLE_TIMEOUT: { good: ['0.001', '86400'], bad: ['0', '86401', '-1'] },
  RETENTION_DAYS: { good: ['0.001', '36500'], bad: ['0', '36501', '30d'] },
  TRUST_PROXY: {
    good: ['10.0.0.0/8', '::1,127.0.0.1', 'fd00::/128'],
    bad: [
      '10.0.0.0/33',
      'fd00::/129',
      '10.0.0.0/8/8',
      '10.0.0',
      'loopback',
      '10.0.0.0/-1',
      '1.1.1.1/',
    ],
  },
  LOG_LEVEL: { good: ['trace', 'silent'], bad: ['verbose', 'INFO', 'toString'] },
  DRAIN_TIMEOUT: { good: ['0', '3600'], bad: ['3601', '-1'] },
  ...Object.fromEntries(
    [
      'MAX_CONNECTIONS',
      'MAX_CONNECTIONS_PER_USER',
      'MAX_CONNECTIONS_PER_IP',
      'MAX_SUBSCRIPTIONS_PER_CONNECTION',
      'QUERIES_PER_MINUTE',
      'QUERIES_PER_MINUTE_PER_IP',
      'MESSAGES_PER_SECOND',
      'MAX_QUEUED',
      'MAX_ACTIVE_TURNS',
    ].map((name) => [
      name,
      { good: ['1', '1000000000'], bad: ['0', '-1', '1000000001', '1e9', '9'.repeat(40), '1,000'] },
    ]),
  ),
}

describe('I7: a setting at its ends', () => {
  const cases = (kind: 'good' | 'bad') =>
    Object.entries(ends).flatMap(([name, values]) =>
      values[kind].map((value): [string, string, string] => [
        name,
        JSON.stringify(value).slice(0, 40),
        value,
      ]),
    )
  test.each(cases('good'))('%s=%s is taken', (name, _, value) => {
    expect(problems({ [name]: value })).toEqual([])
  })

  test.each(cases('bad'))('%s=%s is refused, by its name and on one line', (name, _, value) => {
    const [problem = '', ...more] = problems({ [name]: value })
    expect(more).toEqual([])
    expect(problem.startsWith(`${name}: `)).toBe(true)
    expect(problem.length).toBeLessThan(700)
    expect(problem).not.toMatch(/\p{Cc}|hush/u)
  })
})

test('I7: every bad setting is said at once', () => {
  const bad = Object.fromEntries(
    Object.entries(ends).map(
      ([
        name,
        {
          bad: [first = ''],
        },
      ]) => [name, first],
    ),
  )
  // Two that are each right, and wrong together, are found where both can be read.
  const named = problems(bad).map((line) => line.split(':', 1)[0])
  expect(new Set(named)).toEqual(new Set(Object.keys(ends)))
})
