/** `REDIS_URL`: every form that there is, and nothing that is none. */
import { expect, test } from 'vitest'
import { readRedisUrl, redisName } from './redis-url.ts'

const read = (text: string) => {
  const result = readRedisUrl(text)
  if ('problem' in result) throw new Error(result.problem)
  return result.value
}

test('one server, with and without TLS, a login and a database', () => {
  const node = { host: 'cache.internal', port: 6379 }
  expect(read('redis://cache.internal')).toEqual({
    place: { kind: 'single', node, tls: false, db: 0 },
    login: {},
    prefix: 'aw',
  })
  expect(read('rediss://me:p%40ss@cache.internal:6380/3?prefix=chat')).toEqual({
    place: { kind: 'single', node: { ...node, port: 6380 }, tls: true, db: 3 },
    login: { username: 'me', password: 'p@ss' },
    prefix: 'chat',
  })
  expect(read('redis://:secret@[::1]:1/').login).toEqual({ password: 'secret' })
  expect(redisName(read('redis://:secret@[::1]:1'))).toBe('[::1]:1')
})

test('Sentinel, Cluster and a socket', () => {
  expect(
    read('rediss+sentinel://:secret@a,b:1/main/2?sentinel_user=s&sentinel_password=other'),
  ).toEqual({
    place: {
      kind: 'sentinel',
      nodes: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 1 },
      ],
      master: 'main',
      tls: true,
      db: 2,
      sentinelLogin: { username: 's', password: 'other' },
    },
    login: { password: 'secret' },
    prefix: 'aw',
  })
  expect(read('redis+cluster://a:1,b').place).toEqual({
    kind: 'cluster',
    nodes: [
      { host: 'a', port: 1 },
      { host: 'b', port: 6379 },
    ],
    tls: false,
  })
  expect(read('redis+unix:///run/redis.sock?db=1').place).toEqual({
    kind: 'socket',
    path: '/run/redis.sock',
    db: 1,
  })
})

test.each([
  'http://a',
  'redis://',
  'redis:a',
  'redis://a:0',
  'redis://a:99999',
  'redis://a,b',
  'redis://a/x',
  'redis://a/1/2',
  'redis://a?what=1',
  'redis://a?prefix={x}',
  'redis://a#x',
  'redis://%ff@a',
  'redis://a b',
  'redis+sentinel://a',
  'redis+sentinel://a/main/x',
  'redis+cluster://a/1',
  'redis+unix://host/path',
  'redis+tcp://a',
])('%s is refused, and a password is not said back', (text) => {
  const refused = readRedisUrl(text.replace('://', '://:hunter2@'))
  expect(refused).toHaveProperty('problem')
  expect(JSON.stringify(refused)).not.toContain('hunter2')
  expect(readRedisUrl(text)).toHaveProperty('problem')
})
