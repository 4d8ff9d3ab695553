/**
 * The Dockerfile, read as far as this one goes: its stages, with what they copy, set and run. Used by the tests of the
 * images, and where the parts of deploy/compose.yaml are started without an engine.
 */

export interface Copy {
  /** The stage that it comes from; null: the checkout. */
  from: string | null
  sources: string[]
  to: string
}

export interface Stage {
  name: string
  /** An image, or an earlier stage. */
  base: string
  env: Record<string, string>
  copies: Copy[]
  command: string[]
  healthCheck: string[]
  user: string
}

/** In their order. Throws where something stands in it that this does not read. */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = []
  const lines = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ')
  for (const line of lines.split('\n').filter((one) => one.trim() !== '')) {
    const [, instruction = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? []
    if (instruction === 'FROM') {
      stages.push(stageOf(rest, stages))
      continue
    }
    const stage = stages.at(-1)
    if (!stage) throw new Error(`before the first stage: ${line}`)
    read(stage, instruction, rest)
  }
  return stages
}

function stageOf(rest: string, before: readonly Stage[]): Stage {
  const [base = '', , name = ''] = rest.split(/\s+/)
  const inherited = before.find((stage) => stage.name === base)
  return {
    name,
    base,
    env: { ...inherited?.env },
    copies: [],
    command: inherited?.command ?? [],
    healthCheck: inherited?.healthCheck ?? [],
    user: inherited?.user ?? 'root',
  }
}

function read(stage: Stage, instruction: string, rest: string): void {
  switch (instruction) {
    case 'ENV':
      for (const pair of rest.split(/\s+/)) {
        const at = pair.indexOf('=')
        stage.env[pair.slice(0, at)] = pair.slice(at + 1)
      }
      return
    case 'COPY': {
      const words = rest.split(/\s+/)
      const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length)
      const paths = words.filter((word) => !word.startsWith('--'))
      const to = paths.pop() ?? ''
      stage.copies.push({ from: from ?? null, sources: paths, to })
      return
    }
    case 'CMD':
      stage.command = listOf(rest)
      return
    case 'HEALTHCHECK':
      stage.healthCheck = listOf(rest.slice(rest.indexOf('CMD ') + 'CMD '.length))
      return
    case 'USER':
      stage.user = rest
      return
    case 'WORKDIR':
    case 'RUN':
    case 'VOLUME':
    case 'EXPOSE':
      return
    default:
      throw new Error(`the Dockerfile has ${instruction}, which is not read here`)
  }
}

function listOf(text: string): string[] {
  const list: unknown = JSON.parse(text)
  if (!Array.isArray(list)) throw new Error(`not a list: ${text}`)
  return list.map(String)
}
