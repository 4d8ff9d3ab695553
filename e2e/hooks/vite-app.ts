/**
 * The app of `app.tsx` as its developer runs it: a project with the packed package, and Vite's development
 * server, so that React is the one that mounts everything twice. Used by `hooks.spec.ts`.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createViteServer } from 'vitest/node'
import { openProject, packPackage } from '../../integration/harness/consumer.ts'

export interface ViteApp extends AsyncDisposable {
  /** `http://127.0.0.1:20001` */
  readonly origin: string
}

const html = `<!doctype html><link rel="icon" href="data:," /><div id="root"></div>
<script type="module" src="/app.tsx"></script>`

export async function openViteApp(): Promise<ViteApp> {
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'agent-websocket-app-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const packed = await packPackage(join(folder, 'packed'))
  const extra = ['react', 'react-dom', '@tanstack/react-query']
  const project = await openProject(packed, join(folder, 'app'), extra)
  await project.write('index.html', html)
  await project.write('tsconfig.json', JSON.stringify({ compilerOptions: { jsx: 'react-jsx' } }))
  await cp(join(import.meta.dirname, 'app.tsx'), join(project.folder, 'app.tsx'))
  const vite = await createViteServer({
    root: project.folder,
    configFile: false,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, hmr: false, ws: false, fs: { strict: false } },
    // Found while the page loads, one of these would load it again.
    optimizeDeps: {
      include: [
        'agent-websocket/client',
        'agent-websocket/client/react',
        'react',
        'react/jsx-dev-runtime',
        'react-dom/client',
      ],
    },
  })
  opened.defer(() => vite.close())
  await vite.listen()
  const address = vite.httpServer?.address()
  if (!address || typeof address === 'string') throw new Error('Vite has no address')
  const rest = opened.move()
  return {
    origin: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}
