/**
 * `REDIS_URL`: one server, Sentinel or Cluster, read into what a connection is made of. Used by `env.ts`.
 *
 * `redis://[user:password@]host[:port][/db]`, and `rediss://` for TLS;
 * `redis+sentinel://[user:password@]host[:port],host[:port]…/master[/db]`;
 * `redis+cluster://[user:password@]host[:port],host[:port]…`; both with `rediss+` for TLS too;
 * `redis+unix:///path/of/the/socket`. Behind a `?`: `prefix`, `sentinel_user`, `sentinel_password`, `db` (of a socket).
 */
import { isIP } from 'node:net'

interface Node {
  host: string
  port: number
}

interface Login {
  username?: string
  password?: string
}

export type RedisPlace =
  | { kind: 'single'; node: Node; tls: boolean; db: number }
  | { kind: 'socket'; path: string; db: number }
  | {
      kind: 'sentinel'
      nodes: Node[]
      master: string
      tls: boolean
      db: number
      sentinelLogin: Login
    }
  | { kind: 'cluster'; nodes: Node[]; tls: boolean }

export interface RedisSettings {
  place: RedisPlace
  login: Login
  /** Before all keys: servers that share sessions have the same one. */
  prefix: string
}

const form =
  /^(rediss?)(?:\+(sentinel|cluster|unix))?:\/\/(?:([^@/?#]*)@)?([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/
const ports = { single: 6379, cluster: 6379, sentinel: 26379 }
const known = new Set(['prefix', 'sentinel_user', 'sentinel_password', 'db'])
const problem =
  'must be redis://, rediss://, redis+sentinel://, redis+cluster:// or redis+unix:// as docs/operating.md has them'

/** What is wrong is said without the value: it may hold a password. */
export function readRedisUrl(text: string): { value: RedisSettings } | { problem: string } {
  const match = text.length <= 4000 ? form.exec(text) : null
  if (!match) return { problem }
  const [, scheme, kind = 'single', userinfo, hosts = '', path = '', query = ''] = match
  const options = new URLSearchParams(query)
  for (const name of options.keys()) {
    if (!known.has(name))
      return { problem: `has an option that is not known: ${name.slice(0, 40)}` }
  }
  const prefix = options.get('prefix') ?? 'aw'
  if (!/^[\w.:-]{1,64}$/.test(prefix)) {
    return { problem: 'has a prefix that is not of letters, digits and . : _ -' }
  }
  const login = loginOf(userinfo)
  const tls = scheme === 'rediss'
  const segments = path.split('/').filter((segment) => segment !== '')
  const done = (place: RedisPlace | null) =>
    login && place ? { value: { place, login, prefix } } : { problem }
  if (kind === 'unix') {
    const db = dbOf(options.get('db') ?? undefined)
    const isPlace = hosts === '' && path.length > 1 && !tls && db !== null
    return done(isPlace ? { kind: 'socket', path: decoded(path) ?? path, db } : null)
  }
  if (kind === 'sentinel') {
    const nodes = nodesOf(hosts, ports.sentinel)
    const [master, number, ...rest] = segments
    const db = dbOf(number)
    if (!nodes || !master || db === null || rest.length > 0) return { problem }
    const user = options.get('sentinel_user')
    const password = options.get('sentinel_password')
    const sentinelLogin = { ...(user && { username: user }), ...(password && { password }) }
    return done({ kind: 'sentinel', nodes, master, tls, db, sentinelLogin })
  }
  if (kind === 'cluster') {
    const nodes = nodesOf(hosts, ports.cluster)
    return done(nodes && segments.length === 0 ? { kind: 'cluster', nodes, tls } : null)
  }
  const [node, ...others] = nodesOf(hosts, ports.single) ?? []
  const db = dbOf(segments[0])
  const isPlace = others.length === 0 && db !== null && segments.length <= 1
  return done(node && isPlace ? { kind: 'single', node, tls, db } : null)
}

/** Where that is, without a password: for messages. */
export function redisName({ place }: RedisSettings): string {
  if (place.kind === 'socket') return place.path
  const nodes = place.kind === 'single' ? [place.node] : place.nodes
  const names = nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
  return names.join(', ')
}

function nodesOf(text: string, port: number): Node[] | null {
  const nodes = text.split(',').map((item) => nodeOf(item, port))
  return nodes.every((node) => node !== null) ? nodes : null
}

function nodeOf(text: string, port: number): Node | null {
  const match = /^(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/.exec(text)
  if (!match?.[1]) return null
  const host = match[1].replace(/^\[|\]$/g, '')
  const number = match[2] === undefined ? port : Number(match[2])
  if (number < 1 || number > 65_535 || (host.includes(':') && isIP(host) !== 6)) return null
  return { host, port: number }
}

function dbOf(text: string | undefined): number | null {
  if (text === undefined) return 0
  return /^\d{1,5}$/.test(text) ? Number(text) : null
}

/** `user:password`, `:password`, or `password` alone, as ioredis has it for a user without a name. */
function loginOf(userinfo: string | undefined): Login | null {
  if (!userinfo) return {}
  const at = userinfo.indexOf(':')
  const username = decoded(at < 0 ? '' : userinfo.slice(0, at))
  const password = decoded(userinfo.slice(at + 1))
  if (username === null || password === null) return null
  return { ...(username && { username }), ...(password && { password }) }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
