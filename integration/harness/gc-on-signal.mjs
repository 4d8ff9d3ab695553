/**
 * Loaded into a server whose memory is looked at: at SIGUSR2 it collects garbage and says on stdout what is left.
 * Needs `--expose-gc`. Used by `memory.ts`.
 */
let count = 0
process.on('SIGUSR2', () => {
  // Twice: what the first round finalises, the second one frees.
  globalThis.gc?.()
  globalThis.gc?.()
  count++
  const { heapUsed, external, rss } = process.memoryUsage()
  process.stdout.write(`\nmemory ${count} ${heapUsed + external} ${rss}\n`)
})
