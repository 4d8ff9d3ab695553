/** Reads a response's body as text where it is small: an error, or an answer that is not streamed. */

/** Null where there is more of it than `maxBytes`. The rest is left unread: the caller closes. */
export async function readText(response: Response, maxBytes: number): Promise<string | null> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const bytes of response.body ?? []) {
    size += bytes.length
    if (size > maxBytes) return null
    text += decoder.decode(bytes, { stream: true })
  }
  return text + decoder.decode()
}
