/**
 * A small file system in memory, to have a disk without room. Only root may mount one (Linux). Used by the test
 * of the full disk, by the chaos runs, and where no disk may count.
 */
import { execFileSync } from 'node:child_process'
import { access, constants, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { openTempFolder } from './temp-folder.ts'

/** Linux has it, and lets everybody write there. */
const sharedMemory = '/dev/shm'

/** A disk of so many megabytes. Throws where this user may not mount one. */
export async function openSmallDisk(
  megabytes: number,
): Promise<{ path: string } & AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await openTempFolder())
  const path = join(folder.path, 'disk')
  await mkdir(path)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', path], {
    stdio: 'ignore',
  })
  opened.defer(() => {
    execFileSync('umount', ['-l', path])
  })
  const rest = opened.move()
  return { path, [Symbol.asyncDispose]: () => rest.disposeAsync() }
}

/** A folder in memory where the system has one for this user, so that no disk counts; else a temporary one. */
export async function openFolderInMemory(): Promise<{ path: string } & AsyncDisposable> {
  if (await canMountDisks()) return openSmallDisk(256)
  const isThere = await access(sharedMemory, constants.W_OK).then(
    () => true,
    () => false,
  )
  return openTempFolder(isThere ? sharedMemory : undefined)
}

/** Takes all the room that there is. */
export async function fillUp(file: string): Promise<void> {
  const filler = await open(file, 'a')
  try {
    for (let size = 64 * 1024; size >= 1; ) {
      try {
        const { bytesWritten } = await filler.write(Buffer.alloc(size))
        if (bytesWritten < size) size = Math.floor(size / 2)
      } catch (cause) {
        if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC')) throw cause
        size = Math.floor(size / 2)
      }
    }
  } finally {
    await filler.close()
  }
}

/** Whether this user may mount one. */
export function canMountDisks(): Promise<boolean> {
  return openSmallDisk(1).then(
    async (disk) => {
      await disk[Symbol.asyncDispose]()
      return true
    },
    () => false,
  )
}
