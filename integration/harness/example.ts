/**
 * An example of `examples/` as somebody has it who copied its folder and installed the package: the folder, and the
 * packed package in its `node_modules`. It stands in the checkout, so what else it needs is found further up,
 * without a network. Used by the tests of the examples.
 */
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from './child.ts'
import { packPackage, run } from './consumer.ts'

const packageJson = z.object({
  scripts: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
})

export interface Example extends AsyncDisposable {
  readonly folder: string
  readonly scripts: Readonly<Record<string, string>>
  /** What it asks for, with versions. */
  readonly dependencies: Readonly<Record<string, string>>
}

export async function openExample(name: string): Promise<Example> {
  const temporary = join(root, '.tmp')
  await mkdir(temporary, { recursive: true })
  const place = await mkdtemp(join(temporary, 'example-'))
  const remove = () => rm(place, { recursive: true, force: true })
  try {
    const folder = join(place, name)
    const ours = (path: string) => !/[\\/](?:node_modules|\.next)(?:[\\/]|$)/.test(path)
    const source = join(root, 'examples', name)
    await cp(source, folder, { recursive: true, filter: (path) => ours(path.slice(root.length)) })
    const { tarball, manifest } = await packPackage(join(place, 'packed'))
    const unpacked = join(folder, 'node_modules', manifest.name)
    await mkdir(unpacked, { recursive: true })
    await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'], folder)
    const { scripts, dependencies, devDependencies } = packageJson.parse(
      JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')),
    )
    return {
      folder,
      scripts,
      dependencies: { ...devDependencies, ...dependencies },
      [Symbol.asyncDispose]: remove,
    }
  } catch (cause) {
    await remove()
    throw cause
  }
}
