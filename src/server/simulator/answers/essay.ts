/** A long answer: several screens of text with headings, for scrolling, stopping and coming back. */

const sections: readonly { heading: string; paragraphs: readonly string[] }[] = [
  {
    heading: 'Where to begin',
    paragraphs: [
      'A good way into {topic} is to ask what would be missing without it. The answer is seldom the one that stands in the first chapter of a book. It is more often a small annoyance that somebody met every day, until they had had enough.',
      'That is worth keeping in mind, because it says what to look for. Not the largest part and not the newest one, but the part that others lean on.',
    ],
  },
  {
    heading: 'How it grew',
    paragraphs: [
      'Things that work are seldom designed in one go. With {topic} it was no different: first came something plain that did one job, then people used it for a second job, and the two did not quite fit.',
      'What followed was a long time of joining and cutting. Some of the cuts look strange today. They make sense as soon as one knows what they were cut from.',
      'It also explains why two people who know {topic} well can disagree about it: they learned it in different years.',
    ],
  },
  {
    heading: 'What holds it together',
    paragraphs: [
      'Under the details there are a few ideas that come back everywhere:',
      '1. **One thing is the truth**, and everything else is derived from it.\n2. **Order matters more than time.** What came after what is a fact; when it came is an opinion.\n3. **What can fail will fail in the middle**, so the middle is where to look.',
      'Seen like this, {topic} is less a list of facts and more a way to decide what to do next.',
    ],
  },
  {
    heading: 'What goes wrong',
    paragraphs: [
      'The most common mistake is to start with the exceptions. They are interesting, and there are many of them, and none of them explains the rule.',
      'The second is to measure what is easy to measure. A number that is easy to get is seldom the number that somebody waits for.',
      '> If it hurts, do it more often, and do it in smaller pieces.',
    ],
  },
  {
    heading: 'An example',
    paragraphs: [
      'Imagine a harbour. Ships come in at all hours, and each has papers. In the first years a clerk reads every paper as it comes, and that is enough. Then there are more ships, and a second clerk, and one day the two of them write down the same cargo twice.',
      'What helps is not a third clerk. It is a book: one book, with numbered lines, in which every arrival is written once and in order. Whoever wants to know what lies in the harbour reads the book from the line where they stopped the last time.',
      'Nobody in that harbour has to remember anything. The clerk who falls ill is replaced by another, who opens the book at the last line and goes on. With {topic} it is much the same: find the book, and most questions answer themselves.',
      '- Who writes in it, and who only reads?\n- What happens to a line that was written by mistake?\n- How long are the old pages kept?',
    ],
  },
  {
    heading: 'Questions that come up',
    paragraphs: [
      '**Is it worth the trouble for something small?** Usually not. Small things can be kept in the head, and the head is fast.',
      '**How does one know that it has become too large?** When two people give different answers to the same question, and both are sure.',
      '**Can it be done later?** It can, and it will cost more. The price is not the work itself but finding out what the work is, long after those who knew have left.',
      '**What if it turns out to be wrong?** Then the numbered lines tell from when on. That alone is worth a good deal, for without them one would have to begin again from the first day.',
    ],
  },
  {
    heading: 'A small exercise',
    paragraphs: [
      'Take an example of {topic} that you know well. Write down, in three sentences, what it does, what it leans on, and what it would do if that were gone. If the third sentence is hard, that is the part worth reading about.',
      'Then give the three sentences to somebody else, and ask what they would change.',
    ],
  },
  {
    heading: 'In the end',
    paragraphs: [
      'Most of what there is to know about {topic} can be learned in a week, and the rest takes years. That is no reason to wait: the week is the useful part.',
    ],
  },
]

export const asksForEssay =
  /\b(essay|long|longer|detailed|in depth|in detail|story|article|chapter|paragraphs?|\d{3,} words)\b/i

export function essayAnswer(topic: string): string {
  const subject = topic || 'the subject'
  const parts = sections.map(
    ({ heading, paragraphs }) => `## ${heading}\n\n${paragraphs.join('\n\n')}`,
  )
  return [`# On ${subject}`, ...parts].join('\n\n').replaceAll('{topic}', subject)
}
