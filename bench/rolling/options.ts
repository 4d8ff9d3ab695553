/** The command line of `npm run rolling`. */
import { parseArgs } from 'node:util'
import type { ProxyName } from '../../integration/harness/proxy-process.ts'

export interface Options {
  sessions: number
  rolls: number
  servers: number
  proxy: ProxyName
  /** Of an answer. */
  tokens: number
  /** Tokens a second. */
  rate: number
  /** `DRAIN_TIMEOUT` of the servers. */
  drainS: number
}

export const usage = `npm run rolling -- [--sessions N] [--rolls N] [--servers N] [--proxy NAME] [--tokens N] [--rate N] [--drain SECONDS]
  --sessions  of one user each, with one answer after another (500)
  --rolls     how often all servers are replaced (20)
  --servers   how many there are (3)
  --proxy     nginx or haproxy (nginx)
  --tokens    of an answer (50)
  --rate      tokens a second of an answer (10)
  --drain     DRAIN_TIMEOUT: shorter than an answer, and answers are handed over and begin again (30)`

const defaults = { sessions: 500, rolls: 20, servers: 3, tokens: 50, rate: 10, drain: 30 }

/** Throws an error whose message is for people. */
export function parseOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      sessions: text,
      rolls: text,
      servers: text,
      tokens: text,
      rate: text,
      drain: text,
      proxy: { type: 'string', default: 'nginx' },
    },
  })
  const number = (name: keyof typeof defaults, least = 1) => {
    const value = Number(values[name] ?? defaults[name])
    if (Number.isInteger(value) && value >= least) return value
    throw new Error(`--${name} is a whole number from ${least} on`)
  }
  const { proxy } = values
  if (proxy !== 'nginx' && proxy !== 'haproxy') throw new Error('--proxy is nginx or haproxy')
  return {
    sessions: number('sessions'),
    rolls: number('rolls'),
    servers: number('servers'),
    proxy,
    tokens: number('tokens'),
    rate: number('rate'),
    drainS: number('drain', 0),
  }
}
