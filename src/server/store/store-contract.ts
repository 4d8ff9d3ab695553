/**
 * What every store has to do, as tests: the whole test file of a store is one call of `describeStore`.
 * Nothing here knows how a store keeps what it keeps. The port's docstrings are the spec.
 */
import { afterEach, beforeEach, describe } from 'vitest'
import type { Store } from '../../core/ports/store.ts'
import { appendTests } from './contract/append.ts'
import { leaseTests } from './contract/lease.ts'
import { listTests } from './contract/list.ts'
import { noticeTests } from './contract/notices.ts'
import { onceTests } from './contract/once.ts'
import { randomTests } from './contract/random.ts'
import { readTests } from './contract/read.ts'
import { restTests } from './contract/rest.ts'
import { revocationTests } from './contract/revocations.ts'
import { searchTests } from './contract/search.ts'
import { sessionTests } from './contract/session.ts'
import { spendTests } from './contract/spend.ts'
import { watchTests } from './contract/watch.ts'

/** One store with a place of its own, for one test. */
export interface StoreUnderTest {
  store: Store
  /** Closes `store` and opens what it left: from then on `store` is the new one. */
  reopen(): Promise<void>
  /** Lets time pass for leases: moves the store's clock, or waits. */
  elapse(ms: number): Promise<void>
  /** Closes the store and removes its place. */
  dispose(): Promise<void>
}

/** Gives the store under test, within a test. */
export type Subject = () => StoreUnderTest

export function describeStore(
  name: string,
  { open }: { open: () => Promise<StoreUnderTest> },
): void {
  describe(name, () => {
    let subject: StoreUnderTest | undefined
    const current: Subject = () => {
      if (!subject) throw new Error('no store outside of a test')
      return subject
    }
    beforeEach(async () => {
      subject = await open()
    })
    afterEach(async () => {
      await subject?.dispose()
      subject = undefined
    })

    describe('sessions', () => sessionTests(current))
    describe('append', () => appendTests(current))
    describe('once', () => onceTests(current))
    describe('read', () => readTests(current))
    describe('watch', () => watchTests(current))
    describe('list', () => listTests(current))
    describe('search', () => searchTests(current))
    describe('rest', () => restTests(current))
    describe('spend', () => spendTests(current))
    describe('notices', () => noticeTests(current))
    describe('revocations', () => revocationTests(current))
    describe('leases', () => leaseTests(current))
    describe('random interleavings', () => randomTests(current))
  })
}
