/** The settings that the core goes by. Where they come from (env, tests) is not its business. */

/** What becomes of an answer that a crash cut: begun anew, gone on with, or ended with what there is. */
export type CrashPolicy = 'restart' | 'continue' | 'stop'

export interface AgentSettings {
  agentName: string
  systemPrompt: string
  /** What may be chosen; those after the chosen one are its fallbacks. */
  models: readonly string[]
  /** One of `models`: what a new session answers with. */
  defaultModel: string
  /** Messages sent to the model as context. */
  maxHistory: number
  temperature: number
  maxTokens: number
  /** Queries that wait in one session. */
  maxQueued: number
  /** Model calls at once in this process; the rest wait in fair order over users. */
  maxActiveTurns: number
  /** Bytes of one message's content, as UTF-8. */
  maxMessageBytes: number
  crashPolicy: CrashPolicy
  /** Attempts at one answer over crashes, the first included. */
  maxAttempts: number
  leaseTtlMs: number
  /** Without activity for so long, a session is closed. */
  sessionTimeoutMs: number
  /** Untouched for so long, a session is deleted. */
  retentionMs: number
  /** What one user may use of the model in a day, in UTC; null: no limit. */
  budget: { tokensPerDay: number | null; costPerDayUsd: number | null }
}
