/** The one place where the benchmark waits for time: a window to measure in is time. */
export function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}
