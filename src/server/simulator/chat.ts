/** What a client asks of the simulator: the parts of a chat completions request that it answers to. */
import { z } from 'zod'

const part = z.looseObject({ type: z.string(), text: z.string().optional() })

const chatMessage = z.looseObject({
  role: z.string(),
  content: z
    .union([z.string(), z.array(part)])
    .nullish()
    .transform((content) =>
      typeof content === 'string'
        ? content
        : (content ?? []).map(({ text }) => text ?? '').join(''),
    ),
})
export type ChatMessage = z.infer<typeof chatMessage>

/** Further fields are kept as they came, for tests to look at. */
export const chatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(chatMessage).min(1),
  stream: z.boolean().nullish(),
})
export type ChatRequest = z.infer<typeof chatRequest>
