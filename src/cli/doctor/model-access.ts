/**
 * Whether the model can be had: that its server answers, takes the key and has the models. No answer is asked for,
 * so it costs nothing. Used by the doctor.
 */
import { z } from 'zod'
import type { ServerSettings } from '../../server/settings.ts'
import { answerMs, bad, type Finding, good, reasonOf, warning } from './check.ts'
import { checkClock } from './machine.ts'

const name = 'Model'
const listed = z.object({ data: z.array(z.object({ id: z.string() })) })

type Settings = Pick<ServerSettings, 'model' | 'models'>

/** With a finding about the clock, where the model's server is another machine. */
export async function checkModel({ model, models }: Settings): Promise<Finding[]> {
  if (model.simulated) {
    const todo = 'Set OPENROUTER_API_KEY, or OPENROUTER_BASE_URL for a server of your own.'
    return [warning(name, 'There is none: a simulator answers.', todo)]
  }
  const base = model.baseUrl.trim().replace(/\/+$/, '')
  const { host, hostname } = new URL(base)
  // OpenRouter tells its models to everyone: its key is asked for by itself.
  const isOpenRouter = hostname === 'openrouter.ai'
  try {
    const [keyed, list] = await Promise.all([
      isOpenRouter ? get(`${base}/key`, model.apiKey) : null,
      get(`${base}/models`, model.apiKey),
    ])
    const findings = [judge({ host, keyed, list, models })]
    const isElsewhere = !['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    const clock = isElsewhere ? checkClock(list.headers.get('date'), host, Date.now()) : null
    return clock ? [...findings, clock] : findings
  } catch (cause) {
    const todo =
      'Check OPENROUTER_BASE_URL, and that this machine may reach it: a firewall, DNS, or an outgoing proxy.'
    return [bad(name, `${host} does not answer: ${reasonOf(cause)}.`, todo)]
  }
}

interface Answered {
  status: number
  headers: Headers
  body: unknown
}

async function get(url: string, key: string | undefined): Promise<Answered> {
  const response = await fetch(url, {
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(answerMs),
  })
  const body: unknown = await response.json().catch(() => null)
  return { status: response.status, headers: response.headers, body }
}

interface Asked {
  host: string
  keyed: Answered | null
  list: Answered
  models: readonly string[]
}

function judge({ host, keyed, list, models }: Asked): Finding {
  const statuses = [keyed?.status ?? 200, list.status]
  const refused = statuses.find((status) => status === 401 || status === 403)
  if (refused !== undefined) {
    return bad(
      name,
      `${host} does not take the key (HTTP ${refused}).`,
      'Set OPENROUTER_API_KEY to a valid one.',
    )
  }
  const broken = statuses.find((status) => status >= 500 || status === 429)
  if (broken !== undefined) {
    return warning(name, `${host} answers HTTP ${broken}.`, 'Try again in a while.')
  }
  const read = listed.safeParse(list.body)
  if (!read.success) {
    return warning(
      name,
      `${host} answers, and does not list its models (HTTP ${list.status}).`,
      'Ask something to see whether it works: agent-websocket ask "Hello".',
    )
  }
  const known = new Set(read.data.data.map(({ id }) => id))
  const missing = models.filter((one) => !known.has(one))
  if (missing.length === 0) return good(name, `${host} answers and has ${models.join(', ')}.`)
  return bad(
    name,
    `${host} has no ${missing.join(', ')}.`,
    'Set MODEL or MODELS to names that it has.',
  )
}
