/**
 * How Node runs the agent server: by `npm start`, and so by the benchmark.
 *
 * Connections live long and hold little, and an event is garbage as soon as it is sent: a small young generation
 * halves what an idle connection costs, and there is too little in it to be worth several threads, which cost
 * a tenth of the CPU under load.
 */
export const serverNodeArgs: readonly string[] = [
  '--max-semi-space-size=16',
  '--no-parallel-scavenge',
]
