/**
 * The simulator as a process of its own: for `npm start`, the benchmark, and tests from outside.
 *
 *   node src/server/simulator/main.ts [--port N] [--control] [--first-token-ms N] [--tokens-per-second N] [--seed N]
 *
 * Prints one line of JSON, `{ "url": "…" }`, when it answers, and goes at SIGTERM or SIGINT.
 */
import { parseArgs } from 'node:util'
import { openSimulator } from './simulator.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    control: { type: 'boolean', default: false },
    'first-token-ms': { type: 'string' },
    'tokens-per-second': { type: 'string' },
    seed: { type: 'string', default: '0' },
  },
})

try {
  const firstTokenMs = optionalNumber('first-token-ms')
  const tokensPerSecond = optionalNumber('tokens-per-second')
  const simulator = await openSimulator({
    port: numberOf('port', values.port),
    control: values.control,
    seed: numberOf('seed', values.seed),
    pace: {
      ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
      ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
    },
  })
  process.stdout.write(`${JSON.stringify({ url: simulator.url })}\n`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void simulator.close())
  }
} catch (cause) {
  const message = cause instanceof Error ? cause.message : String(cause)
  process.stderr.write(`The simulator cannot start: ${message}\n`)
  process.exitCode = 1
}

function optionalNumber(name: 'first-token-ms' | 'tokens-per-second'): number | undefined {
  const text = values[name]
  return text === undefined ? undefined : numberOf(name, text)
}

function numberOf(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new Error(`--${name} must be a number of 0 or more`)
  }
  return value
}
