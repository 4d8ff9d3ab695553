/** Where something stands once it moves no more: a wheel, a key and a press may scroll on for some frames. Used by specs that measure. */
import type { Locator } from '@playwright/test'

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>

/** How long it has to stand, in frames: longer than a scroll that begins late takes to begin. */
const frames = 6

export async function boxAtRest(what: Locator): Promise<Box> {
  let last = ''
  for (;;) {
    await what.evaluate(async (_, count) => {
      for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame)
    }, frames)
    const box = await what.boundingBox()
    if (!box) throw new Error(`${what} is not on the page`)
    const now = JSON.stringify(box)
    if (now === last) return box
    last = now
  }
}
