/**
 * A project of somebody else's with the package in it: the tarball that `npm pack` makes, unpacked in a
 * folder outside of the checkout. Beside it stands what its package.json declares and what the project asks
 * for, as links to what this repository has installed; so it needs no network, and what the package
 * imports without declaring it is not found. Used by the tests of the package.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { root } from './child.ts'

const versions = z.record(z.string(), z.string())
const packageJson = z.looseObject({
  name: z.string(),
  dependencies: versions.default({}),
  optionalDependencies: versions.default({}),
  peerDependencies: versions.default({}),
  bin: versions.default({}),
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })).default({}),
  exports: z.record(z.string(), z.unknown()),
})
export type PackageJson = z.infer<typeof packageJson>

export interface Packed {
  /** What the build made. */
  folder: string
  tarball: string
  manifest: PackageJson
}

/** Builds and packs, in a folder of the test's own: what is in `dist/` stays as it is. */
export async function packPackage(folder: string): Promise<Packed> {
  await mkdir(folder, { recursive: true })
  const built = join(folder, 'built')
  await run(process.execPath, [join(root, 'scripts/build-package.ts'), built], root)
  const said = await run('npm', ['pack', built, '--json', '--pack-destination', folder], folder)
  const [packed] = z.array(z.object({ filename: z.string() })).parse(JSON.parse(said))
  if (!packed) throw new Error(`npm pack made nothing: ${said}`)
  const manifest = packageJson.parse(
    JSON.parse(await readFile(join(built, 'package.json'), 'utf8')),
  )
  return { folder: built, tarball: join(folder, packed.filename), manifest }
}

export interface Project {
  folder: string
  write(file: string, content: string): Promise<string>
}

/**
 * `extra`: what the project itself depends on, the package's optional peers among them. Its optional dependencies
 * are left out where one names none of them there, as by `--omit=optional`. Its commands are where npm puts them.
 */
export async function openProject(
  { tarball, manifest }: Packed,
  folder: string,
  extra: readonly string[] = [],
): Promise<Project> {
  const modules = join(folder, 'node_modules')
  const unpacked = join(modules, manifest.name)
  await mkdir(unpacked, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'], folder)
  const { dependencies, peerDependencies, peerDependenciesMeta } = manifest
  const required = Object.keys(peerDependencies).filter(
    (name) => !peerDependenciesMeta[name]?.optional,
  )
  for (const name of [...Object.keys(dependencies), ...required, ...extra]) {
    const link = join(modules, name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(root, 'node_modules', name), link)
  }
  await mkdir(join(modules, '.bin'))
  for (const [name, file] of Object.entries(manifest.bin)) {
    await chmod(join(unpacked, file), 0o755)
    await symlink(join(unpacked, file), join(modules, '.bin', name))
  }
  const project = {
    folder,
    async write(file: string, content: string) {
      const path = join(folder, file)
      await writeFile(path, content)
      return path
    },
  }
  await project.write('package.json', JSON.stringify({ type: 'module', private: true }))
  return project
}

/** What the compiler says of a project; nothing where it is right. */
export async function typeCheck(
  { folder, write }: Project,
  files: readonly string[],
  compilerOptions: Readonly<Record<string, unknown>>,
): Promise<string> {
  const strict = { strict: true, noEmit: true, skipLibCheck: false, target: 'ES2023' }
  const config = await write(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { ...strict, ...compilerOptions }, files }),
  )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const child = spawn(process.execPath, [tsc, '-p', config, '--pretty', 'false'], { cwd: folder })
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
  return said
}

/** Resolves with what it said on stdout; rejects with all that it said where it failed. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
  return stdout
}
