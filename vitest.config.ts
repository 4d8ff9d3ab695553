/**
 * Three lanes of tests: `unit`, beside what it tests, `integration`, with real processes, and `redis`, of both
 * kinds, with a real Redis: files named `*.redis.test.ts`.
 * Used by `scripts/test.ts`, and by hand: `npx vitest --project unit`.
 */
import { configDefaults, defineConfig } from 'vitest/config'

const redis = '**/*.redis.test.ts'
/** A deadline, as those below are. Vitest's own is a second, which a busy machine may take for anything. */
const expectOptions = { poll: { timeout: 20_000 } }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}', '{scripts,bench,chaos,fuzz}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, redis],
          environment: 'node',
          expect: expectOptions,
          // Generous: these are deadlines of a hung test, nothing waits for them.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['integration/**/*.test.ts'],
          exclude: [...configDefaults.exclude, redis],
          environment: 'node',
          expect: expectOptions,
          testTimeout: 600_000,
          hookTimeout: 120_000,
          // Each file has processes of its own and may fill the machine: one after the other.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'redis',
          include: [`{src,integration}/${redis}`],
          environment: 'node',
          expect: expectOptions,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
