/**
 * What went wrong at the model's side, sorted into the contract's codes: which of them are worth
 * another try, and the sentence that a person reads. Nothing of the upstream's body gets into it.
 */
import { ModelError } from '../../core/errors.ts'
import type { ErrorCode } from '../../core/events.ts'

interface Sort {
  /** Tried again by the adapter while no token came, and worth trying again by a person. */
  retryable: boolean
  sentence: string
}

/** The budget is the core's to refuse. */
type FailureCode = Exclude<ErrorCode, 'BUDGET_SPENT'>

const sorts: Record<FailureCode, Sort> = {
  UPSTREAM_AUTH: {
    retryable: false,
    sentence:
      'The model service did not accept the API key. The operator should check OPENROUTER_API_KEY.',
  },
  UPSTREAM_PAYMENT: {
    retryable: false,
    sentence:
      'The account at the model service has run out of credit. The operator should add credit, then ask again.',
  },
  UPSTREAM_RATE_LIMITED: {
    retryable: true,
    sentence: 'The model is getting too many requests right now. Wait a moment, then ask again.',
  },
  UPSTREAM_TIMEOUT: {
    retryable: true,
    sentence: 'The model took too long to answer. Ask again.',
  },
  UPSTREAM_UNAVAILABLE: {
    retryable: true,
    sentence: 'The model service cannot be reached or is down. Ask again in a moment.',
  },
  UPSTREAM_TRUNCATED: {
    retryable: true,
    sentence: 'The connection to the model broke before the answer was complete. Ask again.',
  },
  UPSTREAM_REJECTED: {
    retryable: false,
    sentence:
      'The model service refused the request. The operator should check MODEL and OPENROUTER_BASE_URL; another model may work.',
  },
  CONTEXT_TOO_LONG: {
    retryable: false,
    sentence:
      'The conversation is too long for this model. Use /clear, shorten the message, or choose another model.',
  },
  CONTENT_FILTERED: {
    retryable: false,
    sentence: 'The model service declined this message on content grounds. Put it differently.',
  },
  INTERNAL: {
    retryable: true,
    sentence: 'Something went wrong on our side. Ask again.',
  },
}

export function modelError(
  code: FailureCode,
  detail: { retryAfterMs?: number; cause?: unknown } = {},
): ModelError {
  const { retryable, sentence } = sorts[code]
  return new ModelError(code, sentence, { retryable, ...detail })
}

/** The parts of an upstream's error that it is sorted by. */
export interface UpstreamError {
  /** OpenRouter sends numbers and strings, numbers as strings among them. */
  code?: string | number | null | undefined
  type?: string | null | undefined
  /** `metadata.error_type`, OpenRouter's own vocabulary: the word to go by. */
  errorType?: string | null | undefined
  /** Of moderation: the input was flagged. */
  flagged?: boolean | undefined
  message?: string | null | undefined
}

/** By OpenRouter's words, then by those of the services that it stands before. */
const byWord: Record<string, FailureCode> = {
  authentication: 'UPSTREAM_AUTH',
  authentication_error: 'UPSTREAM_AUTH',
  invalid_api_key: 'UPSTREAM_AUTH',
  permission_denied: 'UPSTREAM_AUTH',
  permission_error: 'UPSTREAM_AUTH',
  payment_required: 'UPSTREAM_PAYMENT',
  insufficient_quota: 'UPSTREAM_PAYMENT',
  insufficient_credits: 'UPSTREAM_PAYMENT',
  billing_error: 'UPSTREAM_PAYMENT',
  token_limit_exceeded: 'UPSTREAM_PAYMENT',
  rate_limit_exceeded: 'UPSTREAM_RATE_LIMITED',
  rate_limit_error: 'UPSTREAM_RATE_LIMITED',
  timeout: 'UPSTREAM_TIMEOUT',
  timeout_error: 'UPSTREAM_TIMEOUT',
  provider_overloaded: 'UPSTREAM_UNAVAILABLE',
  provider_unavailable: 'UPSTREAM_UNAVAILABLE',
  overloaded_error: 'UPSTREAM_UNAVAILABLE',
  server: 'UPSTREAM_UNAVAILABLE',
  server_error: 'UPSTREAM_UNAVAILABLE',
  api_error: 'UPSTREAM_UNAVAILABLE',
  context_length_exceeded: 'CONTEXT_TOO_LONG',
  string_too_long: 'CONTEXT_TOO_LONG',
  payload_too_large: 'CONTEXT_TOO_LONG',
  content_policy_violation: 'CONTENT_FILTERED',
  content_filter: 'CONTENT_FILTERED',
  refusal: 'CONTENT_FILTERED',
  invalid_request: 'UPSTREAM_REJECTED',
  invalid_prompt: 'UPSTREAM_REJECTED',
  max_tokens_exceeded: 'UPSTREAM_REJECTED',
  model_not_found: 'UPSTREAM_REJECTED',
  not_found: 'UPSTREAM_REJECTED',
  precondition_failed: 'UPSTREAM_REJECTED',
  unprocessable: 'UPSTREAM_REJECTED',
}

/** Too general to outweigh a message that says that the context is too long. */
const contextMessage = /context (length|window)|maximum context|prompt is too long/i

/**
 * Sorts an error: by its words where it has any that we know, else by its number, else by the HTTP
 * status that it came under. Under HTTP 200 an error with neither is a service that failed.
 */
export function sortError(error: UpstreamError, status: number): FailureCode {
  if (error.flagged) return 'CONTENT_FILTERED'
  for (const word of [error.errorType, error.code, error.type]) {
    const code = typeof word === 'string' ? wordCode(word) : undefined
    if (code) return code
  }
  const number = Number(error.code ?? Number.NaN)
  const code = sortStatus(Number.isInteger(number) && number >= 300 ? number : status)
  const rejected = code === 'UPSTREAM_REJECTED'
  return rejected && contextMessage.test(error.message ?? '') ? 'CONTEXT_TOO_LONG' : code
}

function wordCode(word: string): FailureCode | undefined {
  return Object.hasOwn(byWord, word) ? byWord[word] : undefined
}

function sortStatus(status: number): FailureCode {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return 'UPSTREAM_AUTH'
    case 402:
      return 'UPSTREAM_PAYMENT'
    case 408:
    case 504:
    case 522:
    case 524:
      return 'UPSTREAM_TIMEOUT'
    case 409:
    case 425:
      return 'UPSTREAM_UNAVAILABLE'
    case 413:
      return 'CONTEXT_TOO_LONG'
    case 429:
      return 'UPSTREAM_RATE_LIMITED'
  }
  // Redirects are refused: they would carry the key to somewhere else.
  return status >= 300 && status < 500 ? 'UPSTREAM_REJECTED' : 'UPSTREAM_UNAVAILABLE'
}
