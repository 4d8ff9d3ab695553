/** Contract suite: the right to run a session's turns. */
import { expect, test } from 'vitest'
import type { Lease } from '../../../core/ports/store.ts'
import type { Subject } from '../store-contract.ts'
import { createSession, delta, note, readAll } from './fixtures.ts'

const ttlMs = 300

export function leaseTests(subject: Subject): void {
  const acquire = (owner: string, sessionId = 's1') =>
    subject().store.acquireLease({ sessionId, owner, ttlMs })
  const held = async (owner: string): Promise<Lease> => {
    const lease = await acquire(owner)
    if (!lease) throw new Error('the lease is not free')
    return lease
  }
  const appendWith = (fence: number) =>
    subject().store.append({ sessionId: 's1', events: [delta('a', 0, 'x')], fence })

  test('G6: one owner at a time; of many at once, one', async () => {
    await createSession(subject().store, 's1')
    await createSession(subject().store, 's2')
    const leases = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => acquire(owner)))
    expect(leases.filter((lease) => lease !== null)).toHaveLength(1)
    expect(await acquire('e')).toBeNull()
    expect(await acquire('e', 's2')).toMatchObject({ sessionId: 's2', owner: 'e' })
  })

  test('G6: whoever has the next lease raises the fence, and the old owner cannot append', async () => {
    await createSession(subject().store, 's1')
    const first = await held('a')
    expect((await appendWith(first.fence)).outcome).toBe('appended')
    await subject().store.releaseLease(first)
    expect((await appendWith(first.fence)).outcome).toBe('appended')
    const second = await held('b')
    expect(second.fence).toBeGreaterThan(first.fence)
    expect(await appendWith(first.fence)).toEqual({ outcome: 'fenced' })
    expect((await appendWith(second.fence)).outcome).toBe('appended')
    const unfenced = await subject().store.append({ sessionId: 's1', events: [note('n')] })
    expect(unfenced.outcome).toBe('appended')
    expect(await readAll(subject().store, 's1')).toHaveLength(4)
  })

  test('a lease that is not renewed ends, one that is renewed does not', async () => {
    const { store, elapse } = subject()
    await createSession(store, 's1')
    const lease = await held('a')
    await elapse(ttlMs * 0.6)
    expect(await store.renewLease(lease, ttlMs)).toBe(true)
    await elapse(ttlMs * 0.6)
    expect(await acquire('b')).toBeNull()
    await elapse(ttlMs)
    expect(await store.renewLease(lease, ttlMs)).toBe(false)
    const next = await held('b')
    expect(next.fence).toBeGreaterThan(lease.fence)
    expect(await store.renewLease(lease, ttlMs)).toBe(false)
  })

  test('a lease that was lost cannot be renewed, and its release frees nobody else’s', async () => {
    const { store, elapse } = subject()
    await createSession(store, 's1')
    const lost = await held('a')
    await elapse(ttlMs * 1.5)
    await held('b')
    await store.releaseLease(lost)
    expect(await acquire('c')).toBeNull()
  })

  test('the owner itself may take it again, and gets a higher fence', async () => {
    await createSession(subject().store, 's1')
    const first = await held('a')
    const second = await held('a')
    expect(second.fence).toBeGreaterThan(first.fence)
    expect(await appendWith(first.fence)).toEqual({ outcome: 'fenced' })
    expect(await subject().store.renewLease(first, ttlMs)).toBe(false)
    expect(await subject().store.renewLease(second, ttlMs)).toBe(true)
  })

  test('G6: fences rise over new starts', async () => {
    await createSession(subject().store, 's1')
    const before = await held('a')
    await subject().reopen()
    await subject().elapse(ttlMs * 1.5)
    const after = await held('b')
    expect(after.fence).toBeGreaterThan(before.fence)
    expect(await appendWith(before.fence)).toEqual({ outcome: 'fenced' })
  })

  test('there is no lease of a session that does not exist', async () => {
    expect(await acquire('a', 'none')).toBeNull()
  })
}
