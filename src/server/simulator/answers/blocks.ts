/** The kinds of block that a chat has to show: lists, tables, everything at once. */
import { capital } from './topic.ts'

export const asksForTable =
  /\b(tables?|compare|comparison|versus|vs\.?|differences?|pros and cons)\b/i

export function tableAnswer(question: string, topic: string): string {
  const sides = /(\w[\w+#.-]*)\s+(?:and|or|vs\.?|versus|with|to)\s+(\w[\w+#.-]*)/i.exec(
    topic || question,
  )
  const left = sides?.[1] ? capital(sides[1]) : 'The first'
  const right = sides?.[2] ? capital(sides[2]) : 'The second'
  return [
    `Here is ${topic ? `**${topic}**` : 'the comparison'} side by side:`,
    [
      `| | ${left} | ${right} |`,
      '| --- | --- | --- |',
      '| Easy to begin with | yes | after a day or two |',
      '| Speed | good | very good |',
      '| Cost | low | grows with use |',
      '| Known for | its community | its depth |',
      '| Weak spot | large projects | first steps |',
    ].join('\n'),
    `**In short:** take ${left} to start quickly, and ${right} when you know that you will stay. The cells are filler: I am a simulator, and compare nothing.`,
  ].join('\n\n')
}

export const asksForList =
  /\b(list|steps?|how (?:do|to|can|should)|ideas|tips|plan|checklist|ways|recipe|guide)\b/i

export function listAnswer(topic: string): string {
  const subject = topic || 'what you have in mind'
  return [
    `Here is a way to go about **${subject}**:`,
    [
      '1. **Say what you want** in one sentence, and what you do not want in another.',
      '2. **Look at what is there.** Half of it is usually done already.',
      '3. **Take the smallest step** that shows something.',
      '   - Keep it so small that you can throw it away.',
      '   - Show it to somebody on the same day.',
      '4. **Write down what you learned**, then choose the next step.',
      '5. **Stop** when the sentence from step 1 is true.',
    ].join('\n'),
    'Things that help:',
    '- [x] a quiet hour\n- [ ] somebody who asks questions\n- [ ] a place for notes',
  ].join('\n\n')
}

export const asksForEverything =
  /\b(markdown|formatting|format|demo|show me (?:everything|what you can do)|what can you do|everything)\b/i

export function everythingAnswer(): string {
  return [
    '# What an answer can look like',
    'Text with **bold**, *italic*, ~~struck out~~, `code`, and a [link](https://example.com). 🎉',
    '## A list',
    '- first\n- second\n  - inside the second\n- third',
    '## A table',
    '| Left | Centre | Right |\n| :-- | :-: | --: |\n| a | b | 1 |\n| naïve | 日本語 | 1,000 |',
    '## Code',
    "```ts\nexport const greet = (name: string): string => 'Hello, ' + name\n```\n\n```bash\nnpm start\n```",
    '## A quotation',
    '> Simple things should be simple, complex things should be possible.',
    '---',
    'Ask for *code in Python*, *a table*, *a list*, *a long essay* or *a short answer*, and you get just that.',
  ].join('\n\n')
}
