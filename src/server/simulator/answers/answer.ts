/**
 * What the simulator answers: the same to the same messages, sensible enough to show the product, and
 * plain about being a simulator. Keywords choose the kind of answer; the question's topic is woven in.
 */
import type { ChatMessage } from '../chat.ts'
import { hashText } from '../random.ts'
import {
  asksForEverything,
  asksForList,
  asksForTable,
  everythingAnswer,
  listAnswer,
  tableAnswer,
} from './blocks.ts'
import { asksForCode, codeAnswer } from './code.ts'
import { asksForEssay, essayAnswer } from './essay.ts'
import { memoryAnswer } from './memory.ts'
import { capital, topicOf } from './topic.ts'

const howToConfigure =
  'Set `OPENROUTER_API_KEY` and start again to talk to a real model, or point `OPENROUTER_BASE_URL` at a server of your own.'
const footer = `*Simulated answer. ${howToConfigure}*`

const asksWho =
  /\b(who|what) are you\b|\bare you (?:real|an? (?:ai|bot|model|simulator))|\b(?:api|openrouter) key\b|\breal model\b|\bsimulat(?:ed|or|ion)\b|\bconfigure\b/i
const greets =
  /^(?:hi|hello|hey|hiya|howdy|yo|good (?:morning|afternoon|evening)|greetings|bonjour|hola|hallo|guten tag|ciao|こんにちは|你好)(?![a-z])/i
const thanks = /^(?:thanks|thank you|thx|cheers|merci|danke)\b/i
const asksForShort =
  /\b(short|brief|briefly|one (?:word|line|sentence)|in a (?:word|sentence)|tl;?dr|ok\?|ping)\b/i
const sum = /^\D{0,20}?(-?\d{1,9}(?:\.\d+)?)\s*([-+*/x×÷])\s*(-?\d{1,9}(?:\.\d+)?)\s*[=?.]*$/i

/** Where the last message is an answer that was cut, what is left of it. */
export function composeAnswer(messages: readonly ChatMessage[], seed = 0): string {
  const last = messages.at(-1)
  if (last?.role !== 'assistant') return answerTo(messages, seed)
  const whole = answerTo(messages.slice(0, -1), seed)
  return whole.startsWith(last.content)
    ? whole.slice(last.content.length)
    : ` … and that is all that I have to say.\n\n${footer}`
}

function answerTo(messages: readonly ChatMessage[], seed: number): string {
  const question = messages.findLast(({ role }) => role === 'user')?.content.trim() ?? ''
  const topic = topicOf(question)
  const remembered = memoryAnswer(messages)
  if (remembered) return remembered
  if (!question || greets.test(question)) return greeting(seed, question)
  if (thanks.test(question)) return 'You are welcome. What shall we look at next?'
  if (asksWho.test(question)) return about()
  const calculated = calculate(question)
  if (calculated) return calculated
  if (asksForShort.test(question)) return shortAnswer(topic)
  const body = bodyFor(question, topic) ?? overview(topic, seed)
  return `${body}\n\n---\n\n${footer}`
}

function bodyFor(question: string, topic: string): string | null {
  if (asksForTable.test(question)) return tableAnswer(question, topic)
  if (asksForCode.test(question)) return codeAnswer(question)
  if (asksForEssay.test(question)) return essayAnswer(topic)
  if (asksForEverything.test(question)) return everythingAnswer()
  return asksForList.test(question) ? listAnswer(topic) : null
}

function greeting(seed: number, question: string): string {
  const openings = ['Hello!', 'Hello there!', 'Hi, good to see you!'] as const
  const opening = openings[hashText(question, seed) % openings.length]
  return [
    `${opening} I am the **built-in simulator** of Agent WebSocket: no model is behind me, and nothing leaves this machine. I answer like one, so that you can try everything else.`,
    'Try asking for:\n\n- code in Python\n- a table that compares two things\n- a list of steps\n- a long essay\n- what you said first',
    howToConfigure,
  ].join('\n\n')
}

function about(): string {
  return [
    'I am the **built-in simulator** of Agent WebSocket. I am not a language model: I look for keywords in what you write, and answer with text that was written beforehand.',
    'To talk to a real model:\n\n1. Get a key from OpenRouter.\n2. Stop the server, and set the key:\n\n   ```bash\n   export OPENROUTER_API_KEY=your-key\n   npm start\n   ```\n\n3. Reload this page.',
    'Any other server that speaks chat completions works too: set `OPENROUTER_BASE_URL` to its address. The key is then optional.',
  ].join('\n\n')
}

function calculate(question: string): string | null {
  const match = sum.exec(question)
  if (!match) return null
  const left = Number(match[1])
  const right = Number(match[3])
  const results: Record<string, number> = { '+': left + right, '-': left - right }
  const result =
    results[match[2] ?? ''] ?? (/[*x×]/i.test(match[2] ?? '') ? left * right : left / right)
  if (!Number.isFinite(result)) return 'That one has no answer: nothing can be divided by zero.'
  return `That makes **${Number(result.toPrecision(12))}**.`
}

function shortAnswer(topic: string): string {
  return topic
    ? `In short: ${topic} is worth a closer look. *(Simulated answer.)*`
    : 'Yes. *(Simulated answer.)*'
}

function overview(topic: string, seed: number): string {
  const subject = topic || 'your question'
  const views = [
    ['What it is', 'Where it comes from', 'Why it matters'],
    ['The idea', 'In practice', 'What to watch out for'],
    ['The short version', 'The long version', 'What is still open'],
  ] as const
  const [one, two, three] = views[hashText(subject, seed) % views.length] ?? views[0]
  return [
    `## ${capital(subject)}`,
    `You asked about **${subject}**. A real model would now tell you about it; I can only show you what that would look like.`,
    `### ${one}`,
    `At its heart, ${subject} comes down to one question: what changes, and what stays the same. Most of what is written about it follows from that.`,
    `### ${two}`,
    [
      '- **Small cases first.** They show the rule.',
      '- **Then the edges.** They show where the rule ends.',
      '- **Then the numbers.** They show whether it matters.',
    ].join('\n'),
    `### ${three}`,
    `If you take one thing along: look at ${subject} from the side of those who use it. Ask me for *a table*, *code*, *a list of steps* or *a long essay* about it, and I will show you that.`,
  ].join('\n\n')
}
