/** Runs `work` for 0 to `count - 1`, at most `atOnce` at a time. Rejects with the first failure. */
export async function forEachLimited(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) {
      const index = next
      next++
      await work(index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker))
}
