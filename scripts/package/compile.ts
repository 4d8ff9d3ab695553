/** Runs the compiler over the public parts: scripts, declarations and maps of all that they import. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import { root } from '../child.ts'

/** Into `folder`, which is in the checkout, as `folder/src/…`. Throws what the compiler says. */
export async function compile(sources: readonly string[], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'tsconfig.json')
  const up = relative(folder, root)
  writeFileSync(
    config,
    JSON.stringify({
      extends: `${up}/tsconfig.json`,
      compilerOptions: {
        noEmit: false,
        rootDir: up,
        outDir: '.',
        // As Node reads it, and bundlers too.
        module: 'NodeNext',
        moduleResolution: 'NodeNext',
        // What Node 22 can run: no `using`.
        target: 'ES2023',
        rewriteRelativeImportExtensions: true,
        declaration: true,
        sourceMap: true,
        inlineSources: true,
        incremental: false,
        tsBuildInfoFile: null,
        plugins: [],
      },
      include: [],
      files: sources.map((source) => `${up}/${source}`),
    }),
  )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const child = spawn(process.execPath, [tsc, '-p', config, '--pretty', 'false'], { cwd: root })
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (code !== 0) throw new Error(`The package does not compile:\n${said}`)
}
