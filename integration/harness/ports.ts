/** Ports that stay free while the server on them is down: a killed one has to come back at the same address. */
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below the range that systems take for outgoing connections, and away from well-known ports. So nobody
 * gets the port by chance between a kill and the next start.
 */
const range = { from: 20_000, to: 32_000 }

/** One that was given away is somebody's, also while its server is down. */
const given = new Set<number>()

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = range.from + Math.floor(Math.random() * (range.to - range.from))
    if (given.has(port)) continue
    given.add(port)
    if (await isFree(port)) return port
  }
  throw new Error('no free port found')
}

/** Whether a server may listen there now, on 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
