/** The images and the examples of deploy/: what they name is there, and of what they leave out nothing is missed. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { root } from './child.ts'
import { readDockerfile } from './dockerfile.ts'
import { serverNodeArgs } from './server-node-args.ts'
import { serverPackages } from './server-packages.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const { dependencies } = z
  .object({ dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')))

describe('the image of the agent server', () => {
  const packages = serverPackages()

  test('keeps packages of the product, and none of the page', () => {
    expect(packages.filter((name) => !(name in dependencies))).toEqual([])
    for (const name of ['ws', '@trpc/server', 'pino', 'zod']) expect(packages).toContain(name)
    for (const name of ['next', 'react', 'vitest']) expect(packages).not.toContain(name)
  })

  test('has the folders that the server imports, and runs it as npm start does', () => {
    const dockerfile = read('Dockerfile')
    for (const folder of ['src/core', 'src/server', 'src/cli']) {
      expect(dockerfile).toContain(`COPY ${folder} ./${folder}\n`)
    }
    const command = ['node', ...serverNodeArgs, 'src/server/main.ts']
    expect(dockerfile).toContain(`CMD ${JSON.stringify(command).replaceAll(',', ', ')}\n`)
    // Both are stopped by a signal to the process itself, and neither is root.
    expect(dockerfile.match(/^USER node$/gm)).toHaveLength(2)
    expect(dockerfile.match(/^HEALTHCHECK /gm)).toHaveLength(2)
  })
})

describe('the Dockerfile', () => {
  const stages = readDockerfile(read('Dockerfile'))

  test('copies only what there is, from the checkout and from stages before', () => {
    const known = new Set<string>()
    let copies = 0
    for (const stage of stages) {
      const isStage = known.has(stage.base)
      expect(isStage || stage.base === 'node:24-slim', stage.base).toBe(true)
      for (const { from, sources } of stage.copies) {
        copies += sources.length
        if (from !== null) expect([...known]).toContain(from)
        else
          for (const source of sources)
            expect([source, existsSync(join(root, source))]).toEqual([source, true])
      }
      known.add(stage.name)
    }
    expect(copies).toBeGreaterThan(10)
  })

  test('has the stages that the compose file builds, each with a command whose file is in it', () => {
    const targets = [...read('deploy/compose.yaml').matchAll(/target: (\w+)/g)].map((it) => it[1])
    expect(new Set(targets)).toEqual(new Set(['server', 'web']))
    for (const stage of stages.filter(({ name }) => targets.includes(name))) {
      expect(stage.user).toBe('node')
      const program = stage.command.at(-1) ?? ''
      const isCopied = stage.copies.some(({ from, sources }) =>
        from === null
          ? sources.some((source) => program.startsWith(`${source}/`))
          : sources.some((source) => source.endsWith('/standalone') && program === 'server.js'),
      )
      expect([stage.name, isCopied]).toEqual([stage.name, true])
    }
  })

  test('has in the image of the page all that Next.js does not put into its standalone folder', () => {
    const web = stages.find(({ name }) => name === 'web')
    const copied = web?.copies.map(({ sources, to }) => `${sources.join(' ')} ${to}`)
    expect(copied).toEqual(
      expect.arrayContaining([
        '/app/.next/standalone ./',
        '/app/.next/static ./.next/static',
        // The service worker among others: without it the page does not open without a network.
        '/app/public ./public',
      ]),
    )
  })

  test('leaves out of the context what no stage wants', () => {
    const ignored = read('.dockerignore').split('\n')
    for (const name of ['node_modules', '.git', '.next']) expect(ignored).toContain(name)
    const wanted = stages.flatMap(({ copies }) =>
      copies.flatMap(({ from, sources }) => (from === null ? sources : [])),
    )
    expect(wanted.filter((source) => ignored.includes(source))).toEqual([])
  })
})

const examples = globSync('deploy/**/*.*', { cwd: root })

describe.each(examples)('%s', (file) => {
  const text = read(file)

  test('names only settings that there are', () => {
    const known = new Set(
      [...read('src/server/env.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map((it) => it[1]),
    )
    // Of the image, of Next.js, and of the examples themselves.
    for (const name of ['NODE_ENV', 'NEXT_TELEMETRY_DISABLED', 'HOSTNAME', 'PUBLIC_URL'])
      known.add(name)
    known.add('REDIS_PASSWORD')
    const named = [...text.matchAll(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g)].map((it) => it[1])
    expect(named.filter((name) => !known.has(name) && !/^(AF|METH)_/.test(name ?? ''))).toEqual([])
  })

  test('names only files that there are', () => {
    const named = text.match(/\b(?:src|integration|scripts|docs|deploy)\/[\w./-]*\w/g) ?? []
    const ownSettings = /^deploy\/(?:\.env|certs)$/
    expect(
      named.filter((path) => !existsSync(join(root, path)) && !ownSettings.test(path)),
    ).toEqual([])
  })
})

test('systemd runs the server as npm start does', () => {
  const unit = read('deploy/systemd/agent-websocket-server.service')
  expect(unit).toContain(`node ${serverNodeArgs.join(' ')} src/server/main.ts\n`)
})

test('proxies wait for silent streams for an hour, everywhere the same', () => {
  expect(read('deploy/nginx.conf')).toMatch(/proxy_read_timeout 1h;/)
  expect(read('deploy/haproxy.cfg')).toMatch(/timeout tunnel 1h/)
  expect(read('deploy/kubernetes.yaml')).toMatch(/proxy-read-timeout: "3600"/)
})
