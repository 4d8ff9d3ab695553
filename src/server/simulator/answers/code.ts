/** Code blocks, one a language: what the simulator shows when somebody asks for code. */

interface Sample {
  language: string
  asked: RegExp
  name: string
  code: string
  says: string
}

const typescript: Sample = {
  language: 'ts',
  asked: /\b(typescript|ts|javascript|js|node|react)\b/i,
  name: 'TypeScript',
  code: `/** Calls \`work\` again after a failure, waiting a little longer each time. */
export async function retry<T>(work: () => Promise<T>, attempts = 3): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (cause) {
      if (attempt >= attempts) throw cause
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 100))
    }
  }
}`,
  says: 'The delay doubles with each attempt, and the last failure is the one that the caller sees.',
}

const samples: readonly Sample[] = [
  {
    language: 'python',
    asked: /\b(python|py|pandas|django)\b/i,
    name: 'Python',
    code: `from collections import Counter


def most_common_words(text: str, limit: int = 5) -> list[tuple[str, int]]:
    """The words that stand most often in a text, with their counts."""
    words = (word.strip(".,!?").lower() for word in text.split())
    return Counter(word for word in words if word).most_common(limit)


print(most_common_words("the cat and the hat and the bat"))`,
    says: '`Counter` does the counting, so the function has only to say what a word is.',
  },
  {
    language: 'sql',
    asked: /\b(sql|sqlite|postgres\w*|database|query)\b/i,
    name: 'SQL',
    code: `SELECT customer_id,
       count(*)    AS orders,
       sum(amount) AS total
FROM   orders
WHERE  created_at >= date('now', '-30 days')
GROUP  BY customer_id
HAVING total > 100
ORDER  BY total DESC
LIMIT  10;`,
    says: 'An index on `(created_at, customer_id)` keeps it fast as the table grows.',
  },
  {
    language: 'bash',
    asked: /\b(bash|shell|terminal|command line|linux)\b/i,
    name: 'Bash',
    code: `#!/usr/bin/env bash
set -euo pipefail

# The ten largest files below a folder.
find "\${1:-.}" -type f -printf '%s\\t%p\\n' | sort -rn | head -n 10`,
    says: '`set -euo pipefail` makes the script stop at the first thing that goes wrong.',
  },
  {
    language: 'rust',
    asked: /\b(rust|cargo)\b/i,
    name: 'Rust',
    code: `fn fibonacci() -> impl Iterator<Item = u64> {
    let mut state = (0, 1);
    std::iter::from_fn(move || {
        let (now, next) = state;
        state = (next, now + next);
        Some(now)
    })
}

fn main() {
    println!("{:?}", fibonacci().take(10).collect::<Vec<_>>());
}`,
    says: 'The iterator is lazy: it computes the numbers that are taken and no others.',
  },
  {
    language: 'go',
    asked: /\b(golang|go (?:code|program|function)|in go)\b/i,
    name: 'Go',
    code: `package main

import "fmt"

func main() {
	results := make(chan int)
	for n := range 3 {
		go func() { results <- n * n }()
	}
	for range 3 {
		fmt.Println(<-results)
	}
}`,
    says: 'The channel is the only thing that the goroutines share, so there is nothing to lock.',
  },
  {
    language: 'css',
    asked: /\b(css|style ?sheet)\b/i,
    name: 'CSS',
    code: `.cards {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr));
  gap: 1rem;
}`,
    says: 'The browser fits as many columns as there is room for, without a media query.',
  },
  {
    language: 'json',
    asked: /\bjson\b/i,
    name: 'JSON',
    code: `{
  "type": "query",
  "id": "0b9d0c36-6a43-4f6e-8f2f-2a4a3c1f5a10",
  "content": "Hello!"
}`,
    says: 'This is a frame as the plain JSON WebSocket takes it.',
  },
  typescript,
]

export const asksForCode =
  /\b(code|function|script|snippet|program|programming|implement|regex|algorithm|class|typescript|javascript|python|sql|bash|rust|golang|css|json)\b/i

/** In the languages that the question names; two of them where it names none. */
export function codeAnswer(question: string): string {
  const named = samples.filter(({ asked }) => asked.test(question))
  const [first, ...others] = named.length > 0 ? named : [typescript, ...samples.slice(0, 1)]
  const shown = [first ?? typescript, ...others.slice(0, 2)]
  const blocks = shown.map(
    ({ name, language, code, says }) =>
      `### ${name}\n\n\`\`\`${language}\n${code}\n\`\`\`\n\n${says}`,
  )
  const opening = 'Here is some code. It is a sample, not written for you: I am a simulator.'
  return [opening, ...blocks].join('\n\n')
}
