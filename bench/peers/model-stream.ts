/** The model's stream as anybody reads it: `fetch`, a parser of server-sent events. Used by both peers. */
import { createParser } from 'eventsource-parser'

interface Chunk {
  choices?: { delta?: { content?: string } }[]
}

/** Calls `onToken` with each piece of the answer; resolves at its end. */
export async function streamAnswer(
  baseUrl: string,
  question: string,
  onToken: (content: string) => void,
): Promise<void> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'bench/model',
      stream: true,
      messages: [{ role: 'user', content: question }],
    }),
  })
  if (!response.ok || !response.body) throw new Error(`the model answered ${response.status}`)
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') return
      const chunk = JSON.parse(data) as Chunk
      const content = chunk.choices?.[0]?.delta?.content
      if (content) onToken(content)
    },
  })
  const decoder = new TextDecoder()
  for await (const bytes of response.body) parser.feed(decoder.decode(bytes, { stream: true }))
}
