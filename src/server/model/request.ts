/** One call of the model as it goes over the wire: chat completions, as OpenRouter takes them. */
import { createHash } from 'node:crypto'
import type { ModelRequest } from '../../core/ports/model.ts'

export interface Attribution {
  appName: string
  appUrl?: string
}

/** OpenRouter refuses the whole call when `models` is longer. */
const maxModels = 3
/** OpenRouter's limit on `session_id`. */
const maxSessionId = 256

export function requestUrl(baseUrl: string): string {
  return `${baseUrl.trim().replace(/\/+$/, '')}/chat/completions`
}

export function requestHeaders(
  apiKey: string | undefined,
  { appName, appUrl }: Attribution,
): Record<string, string> {
  const title = printable(appName)
  const key = apiKey?.trim()
  return {
    Accept: 'text/event-stream, application/json',
    'Content-Type': 'application/json',
    ...(key ? { Authorization: `Bearer ${key}` } : {}),
    ...(appUrl ? { 'HTTP-Referer': printable(appUrl) } : {}),
    // The second is the first one's older name, which other gateways read.
    ...(title ? { 'X-OpenRouter-Title': title, 'X-Title': title } : {}),
  }
}

export function requestBody(request: ModelRequest): string {
  const models = [...new Set([request.model, ...request.fallbacks])].slice(0, maxModels)
  return JSON.stringify({
    model: request.model,
    ...(models.length > 1 ? { models } : {}),
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    temperature: request.temperature,
    max_tokens: request.maxTokens,
    stream: true,
    // The first is OpenRouter's, the second what other servers know for the same wish.
    usage: { include: true },
    stream_options: { include_usage: true },
    user: userHash(request.userId),
    session_id: request.sessionId.slice(0, maxSessionId),
  })
}

/** The same user is the same name to the provider, which cannot tell who it is. */
function userHash(userId: string): string {
  return createHash('sha256').update(`agent-websocket:${userId}`).digest('hex').slice(0, 32)
}

/** HTTP refuses header values outside Latin-1, and a name may be in any script. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').trim()
}
