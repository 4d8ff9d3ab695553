/**
 * The verb `chat`: a conversation in the terminal. Everything that is printed comes from following the session, so
 * a lost connection, a server that dies and another tab are what they are in the page. Lines that come through a
 * pipe are said one after the other, each when the one before is answered.
 */
import { createInterface, type Interface } from 'node:readline'
import { AgentClientError, type SessionHandle } from '../client/index.ts'
import { type ChatLine, chatHelp, readChatLine } from './chat-line.ts'
import { ChatPaper } from './chat-paper.ts'
import { exitCodes } from './exit-codes.ts'
import type { OpenedAgent } from './open-agent.ts'
import { paintFor, plainText } from './plain-text.ts'

export interface ChatInput {
  opened: OpenedAgent
  session: SessionHandle
  env: Readonly<Record<string, string | undefined>>
}

const remembered = 20
/** A second Ctrl-C within this long ends the chat. */
const twiceMs = 2_000

/** The exit code. */
export async function chat({ opened, session, env }: ChatInput): Promise<number> {
  const { agent, info } = opened
  const { stdin, stdout } = process
  const isLive = stdin.isTTY === true && stdout.isTTY === true
  const paint = paintFor(stdout, env)
  const say = (text: string) => void stdout.write(`${text}\n`)
  const own = new Set<string>()
  const paper = new ChatPaper({
    write: (text) => void stdout.write(text),
    paint,
    agentName: info.agentName,
    isOwn: (id) => own.has(id),
  })
  say(paint.dim(`Session ${session.sessionId}`))
  if (info.simulated) say(paint.dim('Simulated answers: the server has no key of a model.'))
  if (isLive) say(paint.dim('/help says what there is. Ctrl-D leaves.'))
  const { messages, lastEventId } = await agent.sessions.history(session.sessionId, {
    limit: remembered,
  })
  paper.remember(messages)

  // Not before somebody listens: what it reads meanwhile, and its end, would be lost.
  const lines = createInterface({ input: stdin, output: stdout, terminal: isLive, prompt: '> ' })
  const ask = () => {
    if (isLive && !paper.isAnswering) lines.prompt()
  }

  const leaving = new AbortController()
  const following = (async () => {
    for await (const event of session.events({ lastEventId, signal: leaving.signal })) {
      paper.take(event)
      if (event.type === 'response' || event.type === 'error') ask()
    }
    if (!leaving.signal.aborted) say('The session is gone.')
  })().finally(() => lines.close())

  const obey = async (line: ChatLine): Promise<void> => {
    try {
      await obeyLine(line, { opened, session, paper, own, say, waits: !isLive })
    } catch (cause) {
      if (!(cause instanceof AgentClientError)) throw cause
      say(paint.red(`${plainText(cause.message)} (${cause.reason})`))
    }
  }
  const interrupted = onInterrupts(lines, async () => {
    if (paper.isAnswering) await obey({ kind: 'cancel' })
    else say('Ctrl-C again ends the chat.')
    ask()
  })
  ask()
  const typed = readLines(lines, { isLive, obey, ask })
  const code = await Promise.race([
    interrupted.then(() => exitCodes.interrupted),
    typed.then(() => exitCodes.done),
    following.then(() => exitCodes.failed),
  ])
  leaving.abort()
  lines.close()
  await following
  return code
}

interface LineContext {
  opened: OpenedAgent
  session: SessionHandle
  paper: ChatPaper
  own: Set<string>
  say(text: string): void
  /** Whether a line is done when it is answered, and not when it was sent. */
  waits: boolean
}

async function obeyLine(line: ChatLine, context: LineContext): Promise<void> {
  const { opened, session, paper, own, say, waits } = context
  switch (line.kind) {
    case 'nothing':
    case 'quit':
      return
    case 'message': {
      const id = crypto.randomUUID()
      own.add(id)
      await session.send(line.content, { id })
      if (waits) await paper.ended(id)
      return
    }
    case 'regenerate': {
      const last = paper.lastQuery
      if (last !== null) paper.forget(last)
      const { outcome, messageId } = await session.regenerate()
      if (outcome !== 'ok') say(`(${outcome})`)
      else if (waits && messageId !== undefined) await paper.ended(messageId)
      return
    }
    case 'cancel': {
      const { outcome } = await session.stop()
      if (outcome !== 'cancelled') say(`(${outcome})`)
      return
    }
    case 'clear':
      await session.command('clear')
      return say('(what came before is no longer sent to the model)')
    case 'model':
      await session.command('model', { model: line.model })
      return say(`(the model is ${plainText(line.model)})`)
    case 'export': {
      const { content } = await opened.agent.sessions.export(session.sessionId, line.format)
      return say(plainText(content))
    }
    case 'help':
      return say(chatHelp)
  }
}

interface Reading {
  isLive: boolean
  obey(line: ChatLine): Promise<void>
  ask(): void
}

/** Resolves at `/quit` and when there are no more lines. In a terminal one may type while an answer comes. */
function readLines(lines: Interface, { isLive, obey, ask }: Reading): Promise<void> {
  return new Promise((resolve, reject) => {
    let last = Promise.resolve()
    lines.on('line', (text) => {
      const line = readChatLine(text)
      if (line.kind === 'quit' && isLive) return resolve()
      last = isLive ? obey(line).then(ask) : last.then(() => obey(line))
      last.catch(reject)
    })
    lines.on('close', () => last.then(resolve, reject))
  })
}

/** Resolves when Ctrl-C came twice in a row. The first one does what is given. */
function onInterrupts(lines: Interface, first: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let before = Number.NEGATIVE_INFINITY
    const press = () => {
      const now = performance.now()
      if (now - before < twiceMs) return resolve()
      before = now
      first().catch(reject)
    }
    lines.on('SIGINT', press)
    // Where there is no terminal, Ctrl-C is a signal.
    process.on('SIGINT', press)
  })
}
