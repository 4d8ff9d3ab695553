/** Whether the server can serve: what `/readyz` says. */

export type Readiness = 'ready' | 'draining' | 'store-unavailable'

/** A store that says nothing for this long does not answer. */
const pingTimeoutMs = 2000

export async function readiness(input: {
  draining(): boolean
  ping(): Promise<void>
}): Promise<Readiness> {
  if (input.draining()) return 'draining'
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => resolve('store-unavailable'), pingTimeoutMs)
  })
  const asked = input.ping().then(
    (): Readiness => 'ready',
    (): Readiness => 'store-unavailable',
  )
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}
