/** Whether a port is free, and which one is. Used by `start.ts` before it builds or starts anything. */
import { createServer } from 'node:net'

/** `host` undefined means all addresses, as Next.js listens. */
export type PortCheck =
  | { state: 'free'; port: number }
  | { state: 'busy' | 'forbidden' | 'no-such-host' }

/** Takes the port for a moment and lets it go; port 0 finds a free one. */
export function checkPort(port: number, host?: string): Promise<PortCheck> {
  const { promise, resolve, reject } = Promise.withResolvers<PortCheck>()
  const server = createServer()
  server.once('error', (error) => {
    const code = 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE') resolve({ state: 'busy' })
    else if (code === 'EACCES') resolve({ state: 'forbidden' })
    else if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') resolve({ state: 'no-such-host' })
    else reject(error)
  })
  server.listen({ port, ...(host !== undefined && { host }) }, () => {
    const address = server.address()
    const taken = typeof address === 'object' && address !== null ? address.port : port
    server.close(() => resolve({ state: 'free', port: taken }))
  })
  return promise
}
