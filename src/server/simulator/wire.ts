/** What the simulator says, in the words of OpenRouter's wire: chunks, comments, errors, whole answers. */
import type { ServerResponse } from 'node:http'

export interface AnswerName {
  id: string
  model: string
  /** Seconds since 1970. */
  created: number
}

export interface WireUsage {
  promptTokens: number
  completionTokens: number
  costUsd?: number | undefined
}

export const comment = ': OPENROUTER PROCESSING\n\n'
export const done = 'data: [DONE]\n\n'

/** The frames of one answer. All but the token are the same for every token: they are made once. */
export function createFrames(name: AnswerName) {
  const base = { ...name, provider: 'Simulator', object: 'chat.completion.chunk' }
  const frame = (fields: object) => `data: ${JSON.stringify({ ...base, ...fields })}\n\n`
  const choice = (delta: object, finishReason: string | null) => ({
    choices: [{ index: 0, delta, finish_reason: finishReason, native_finish_reason: finishReason }],
  })
  const mark = '\u0000'
  const [head = '', tail = ''] = frame(choice({ role: 'assistant', content: mark }, null)).split(
    JSON.stringify(mark),
  )
  return {
    role: () => frame(choice({ role: 'assistant', content: '' }, null)),
    token: (text: string) => head + JSON.stringify(text) + tail,
    reasoning: (text: string) =>
      frame(choice({ role: 'assistant', content: '', reasoning: text }, null)),
    finish: (reason: string | null) => frame(choice({ role: 'assistant', content: '' }, reason)),
    usage: (usage: WireUsage) =>
      frame({ ...choice({ role: 'assistant', content: '' }, null), usage: wireUsage(usage) }),
    error: (error: object, withChoices: boolean) =>
      frame({ error, ...(withChoices ? choice({ content: '' }, 'error') : {}) }),
  }
}
export type Frames = ReturnType<typeof createFrames>

export function wholeAnswer(
  name: AnswerName,
  said: { content: string; finishReason: string | null; usage: WireUsage | null },
): object {
  const { content, finishReason, usage } = said
  const message = { role: 'assistant', content }
  return {
    ...name,
    provider: 'Simulator',
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: finishReason }],
    ...(usage ? { usage: wireUsage(usage) } : {}),
  }
}

function wireUsage({ promptTokens, completionTokens, costUsd }: WireUsage): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    ...(costUsd === undefined ? {} : { cost: costUsd }),
  }
}

export function errorBody(code: number, message: string): object {
  return { error: { code, message } }
}

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'Content-Type': 'application/json' })
  res.end(JSON.stringify(body))
}
