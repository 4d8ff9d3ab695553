/**
 * The fuzzer: `npm run fuzz -- [--minutes 5] [--seed N]`. Exit code 1 where something was wrong; the last lines
 * say what, with the seed.
 */
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' } },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
  console.error('npm run fuzz -- [--minutes N] [--seed N]: both are numbers, the seed a whole one.')
  process.exit(1)
}

console.log(`Seeds from ${seed} on, for ${minutes} minutes.`)
const { rounds, scenarios, steps, answers, memory, failure } = await fuzz({
  seed,
  minutes,
  say: console.log,
})
const held = memory.map((bytes) => Math.round(bytes / 1e6))
console.log(`${rounds} rounds, ${scenarios} scenarios, ${steps} steps.`)
const kinds = [...answers].toSorted(([, a], [, b]) => b - a)
console.log(`Answers: ${kinds.map(([kind, count]) => `${kind || 'none'} ${count}`).join(', ')}`)
console.log(`Held after each round, in MB: ${held.join(' ')}`)
if (failure) {
  console.error(`\n${failure}`)
  process.exitCode = 1
} else {
  console.log('Nothing was wrong.')
}
