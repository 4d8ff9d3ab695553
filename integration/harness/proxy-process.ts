/**
 * nginx or HAProxy as a process, with the configuration of `deploy/` as it is: only addresses, ports and
 * certificates are the test's. Used by `behind-a-proxy.test.ts`, the tests of restarts, and chaos.
 */
import { once } from 'node:events'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setUpProgram } from '../../scripts/setup-proxies.ts'
import { makeCertificate } from './certificate.ts'
import { Child, root } from './child.ts'
import { freePort } from './ports.ts'
import { openTempFolder } from './temp-folder.ts'

export const proxyNames = ['nginx', 'haproxy'] as const
export type ProxyName = (typeof proxyNames)[number]

export interface ProxyProcess extends AsyncDisposable {
  /** `https://127.0.0.1:20001` */
  readonly url: string
  readonly port: number
  /** Without TLS: it sends who comes to the one with. */
  readonly plainPort: number
  /** Without TLS, and serves: for who has to see what passes. */
  readonly openPort: number
  /** The certificate, which is its own authority. */
  readonly ca: string
}

export interface Behind {
  /** Ports of agent servers on 127.0.0.1. */
  agents: readonly number[]
  /** Of the web app. */
  web: number
  /** Its own; else a free one. */
  port?: number
  /** Each connection goes to the next server, instead of the one with the fewest. */
  inTurn?: boolean
}

export async function startProxy(name: ProxyName, behind: Behind): Promise<ProxyProcess> {
  const program = setUpProgram(name)
  const folder = await openTempFolder()
  // Its workers may run as another user.
  await chmod(folder.path, 0o755)
  const { port = await freePort() } = behind
  const plainPort = await freePort()
  const openPort = await freePort()
  const { certificate: ca, key } = await makeCertificate(folder.path)
  await writeFile(join(folder.path, 'haproxy.pem'), `${ca}${key}`)
  const place = { folder: folder.path, port, plainPort, openPort, behind }
  const args = name === 'nginx' ? await nginxArgs(place) : await haproxyArgs(place)
  const child = new Child([join(root, 'integration/harness/run-program.ts'), program, ...args])
  const stop = async () => {
    child.signal('SIGTERM')
    await child.ended
    await folder[Symbol.asyncDispose]()
  }
  try {
    await Promise.race([answering(port), child.ended.then(({ stderr }) => fail(name, stderr))])
  } catch (cause) {
    await stop()
    throw cause
  }
  const url = `https://127.0.0.1:${port}`
  return { url, port, plainPort, openPort, ca, [Symbol.asyncDispose]: stop }
}

interface Place {
  folder: string
  port: number
  plainPort: number
  openPort: number
  behind: Behind
}

async function nginxArgs({ folder, port, plainPort, openPort, behind }: Place): Promise<string[]> {
  const file = join(folder, 'nginx.conf')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${folder}/${kind};\n`,
  )
  const text = changed(await readFile(join(root, 'deploy/nginx.conf'), 'utf8'), [
    [/^http \{\n/m, (found) => `${found}${temporary.join('')}`],
    [/listen 80;/, () => `listen 127.0.0.1:${plainPort};`],
    [/listen 443 /, () => `listen 127.0.0.1:${openPort};\n    listen 127.0.0.1:${port} `],
    [/\/etc\/ssl\/agent-websocket/g, () => folder],
    [
      /( +server agent-\d:3001 [^\n]*\n)+/,
      (found) => {
        const options = /3001 ([^;]*);/.exec(found)?.[1] ?? ''
        return behind.agents.map((at) => `    server 127.0.0.1:${at} ${options};\n`).join('')
      },
    ],
    [/server web:3000;/, () => `server 127.0.0.1:${behind.web};`],
    ...inTurn(behind, [/least_conn;/, () => '']),
  ])
  await writeFile(file, text)
  const own = `daemon off; pid ${folder}/nginx.pid; error_log stderr;`
  return ['-p', folder, '-e', 'stderr', '-c', file, '-g', own]
}

async function haproxyArgs({
  folder,
  port,
  plainPort,
  openPort,
  behind,
}: Place): Promise<string[]> {
  const file = join(folder, 'haproxy.cfg')
  const text = changed(await readFile(join(root, 'deploy/haproxy.cfg'), 'utf8'), [
    [/bind :80\n/, () => `bind 127.0.0.1:${plainPort}\n`],
    [/bind :443 /, () => `bind 127.0.0.1:${openPort}\n  bind 127.0.0.1:${port} `],
    [/unless \{ ssl_fc \}/, (found) => `${found} or { dst_port ${openPort} }`],
    [/\/etc\/ssl\/agent-websocket/g, () => folder],
    [
      /( +server agent-\d agent-\d:3001\n)+/,
      () => behind.agents.map((at) => `  server agent-${at} 127.0.0.1:${at}\n`).join(''),
    ],
    [/server web web:3000/, () => `server web 127.0.0.1:${behind.web}`],
    ...inTurn(behind, [/balance leastconn/, () => 'balance roundrobin']),
  ])
  await writeFile(file, text)
  return ['-db', '-f', file]
}

const inTurn = (behind: Behind, change: Change): Change[] => (behind.inTurn ? [change] : [])

type Change = [pattern: RegExp, to: (found: string) => string]

/** Each change must find its place: else the test would try another file than the one that is shipped. */
function changed(text: string, changes: readonly Change[]): string {
  return changes.reduce((before, [pattern, to]) => {
    const after = before.replace(pattern, to)
    if (after === before) throw new Error(`the configuration has no ${pattern}`)
    return after
  }, text)
}

/** Resolves when somebody listens there. */
async function answering(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch {
      // Not yet: it is still reading its configuration.
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      socket.destroy()
    }
  }
}

function fail(name: ProxyName, said: string): never {
  throw new Error(`${name} ended before it listened:\n${said}`)
}
