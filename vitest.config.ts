/**
 * Two lanes of tests: `unit`, beside what it tests, and `integration`, with real processes.
 * Used by `scripts/test.ts`, and by hand: `npx vitest --project unit`.
 */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}', '{scripts,bench,chaos,fuzz}/**/*.test.ts'],
          environment: 'node',
          // Generous: these are deadlines of a hung test, nothing waits for them.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['integration/**/*.test.ts'],
          environment: 'node',
          testTimeout: 300_000,
          hookTimeout: 60_000,
          // Each file has processes of its own and may fill the machine: one after the other.
          fileParallelism: false,
        },
      },
    ],
  },
})
