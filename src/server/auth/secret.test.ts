/** The secret in the data folder: made once, private, whoever asks at the same time. */
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newFolder } from '../testing/test-server.ts'
import { openSecret } from './secret.ts'

test('is made once, private, the same for all who ask at once and later', async () => {
  await using folder = await newFolder()
  const path = join(folder.path, 'data')
  const secrets = await Promise.all(Array.from({ length: 8 }, () => openSecret(path)))
  expect(new Set([...secrets, await openSecret(path)]).size).toBe(1)
  expect(Buffer.byteLength(secrets[0] ?? '')).toBeGreaterThanOrEqual(32)
  expect(await readdir(path)).toEqual(['auth-secret'])
  expect((await stat(join(path, 'auth-secret'))).mode & 0o777).toBe(0o600)
})

test('a file that holds no secret is said, and left alone', async () => {
  await using folder = await newFolder()
  await writeFile(join(folder.path, 'auth-secret'), 'short\n')
  await expect(openSecret(folder.path)).rejects.toThrow(/auth-secret/)
})
