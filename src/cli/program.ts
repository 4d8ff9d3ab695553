/**
 * The commands by name, with their options and their help. What one does is in a file of its own, which is loaded
 * when it is called. Used by `main.ts`.
 */
import { Command, Option } from 'commander'
import { version } from '../server/version.ts'
import { type AgentOptions, openAgent, openSession, type SessionOptions } from './open-agent.ts'
import { addOperatorCommands } from './operator-commands.ts'

type Env = Readonly<Record<string, string | undefined>>
export type Finish = (exitCode: number) => void

/** `finish` is told how the command ended. What a command throws comes out of `parseAsync`. */
export function createProgram(env: Env, finish: Finish): Command {
  const program = new Command('agent-websocket')
    .description('Talk to an agent server, and run one.')
    .version(version)
    .showHelpAfterError('(--help says more)')
    .exitOverride()
    .addHelpText('after', generalHelp)
  addChat(program, env, finish)
  addAsk(program, env, finish)
  addSessions(program, env)
  addExport(program, env)
  addOperatorCommands(program, env, finish)
  return program
}

const generalHelp = `
Where the server is and who you are: --url and --token, or AGENT_URL and AGENT_TOKEN.
Without a token you are a guest, whom a file in your configuration folder remembers.

Exit codes: 0 done, 1 refused or failed, 2 not called rightly, 3 no server or not let in,
4 the answer is not whole, 130 Ctrl-C.`

function withServer(command: Command): Command {
  return command
    .option('--url <url>', 'of the agent server (AGENT_URL; else http://127.0.0.1:3001)')
    .option('--token <token>', 'of its login (AGENT_TOKEN, which no list of processes shows)')
}

function withSession(command: Command): Command {
  return withServer(command)
    .addOption(new Option('-s, --session <id>', 'go on with that session').conflicts('continue'))
    .option('-c, --continue', 'go on with the session that was used last')
    .option('-m, --model <model>', 'the model that answers in this session from now on')
}

function addChat(program: Command, env: Env, finish: Finish): void {
  withSession(program.command('chat'))
    .description('a conversation in the terminal')
    .addHelpText('after', chatExamples)
    .action(async (options: AgentOptions & SessionOptions) => {
      const { chat } = await import('./chat.ts')
      await using opened = await openAgent(options, env)
      const session = await openSession(opened, options)
      finish(await chat({ opened, session, env }))
    })
}

const chatExamples = `
Examples:
  $ agent-websocket chat
  $ agent-websocket chat --continue
  $ AGENT_URL=https://agent.example.com agent-websocket chat --model openai/gpt-4-turbo

In it: /cancel, /regenerate, /clear, /model NAME, /export, /help, /quit.
Ctrl-C stops the answer; twice, it ends the chat. The session stays on the server.`

type AskOptions = AgentOptions & SessionOptions & { json?: true; stdin: boolean }

function addAsk(program: Command, env: Env, finish: Finish): void {
  withSession(program.command('ask'))
    .description('one question; its answer, and nothing else, goes to stdout')
    .argument('[question...]', 'what is piped in is put after it')
    .option('--json', 'one line of JSON: the answer, its ids, model and usage; or the error')
    .option('--no-stdin', 'leave standard input alone')
    .addHelpText('after', askExamples)
    .action(async (words: string[], options: AskOptions) => {
      const { ask } = await import('./ask.ts')
      const { readContent } = await import('./question.ts')
      const content = await readContent(words, options.stdin)
      await using opened = await openAgent(options, env)
      const session = await openSession(opened, options)
      const interruption = new AbortController()
      process.once('SIGINT', () => {
        interruption.abort()
        process.once('SIGINT', () => process.exit(130))
      })
      const { stdout, stderr } = process
      const json = options.json === true
      const { signal } = interruption
      finish(await ask({ session, content, json, stdout, stderr, interrupted: signal }))
    })
}

const askExamples = `
Examples:
  $ agent-websocket ask "What is a log?"
  $ git diff | agent-websocket ask "Write a commit message for this" > message.txt
  $ agent-websocket ask --continue "Shorter, please"
  $ agent-websocket ask --json "Say hi" | jq -r .content

Into a pipe or a file the answer goes when it is whole, so that nothing there is ever taken back.`

function addSessions(program: Command, env: Env): void {
  withServer(program.command('sessions'))
    .description('your sessions, the latest first: id, time of the last activity, title')
    .argument('[search]', 'only those whose title has this in it')
    .option('--json', 'a line of JSON for each')
    .addHelpText('after', '\nExample:\n  $ agent-websocket sessions release')
    .action(async (search: string | undefined, options: AgentOptions & { json?: true }) => {
      const { listSessions } = await import('./list-sessions.ts')
      await using opened = await openAgent(options, env)
      await listSessions(opened.agent, { search, json: options.json === true })
    })
}

type ExportOptions = AgentOptions & { format: 'markdown' | 'json'; output?: string }

function addExport(program: Command, env: Env): void {
  withServer(program.command('export'))
    .description('a conversation as Markdown or JSON')
    .argument('[session]', 'its id; else the session that was used last')
    .addOption(
      new Option('-f, --format <format>').choices(['markdown', 'json']).default('markdown'),
    )
    .option('-o, --output <file>', 'where to; else to stdout')
    .addHelpText('after', exportExamples)
    .action(async (id: string | undefined, options: ExportOptions) => {
      const { exportSession } = await import('./export-session.ts')
      await using opened = await openAgent(options, env)
      await exportSession(opened.agent, { id, ...options })
    })
}

const exportExamples = `
Examples:
  $ agent-websocket export > talk.md
  $ agent-websocket export 0b6f6f2e-5a3a-4d0c-9c55-0b7a4f1f6a11 --format json --output talk.json`
