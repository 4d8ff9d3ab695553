/** One figure of a server's `/metrics`, for tests. */
export async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find((it) => it.startsWith(`${name} `) || it.startsWith(`${name}{`))
  if (line === undefined) throw new Error(`no figure ${name}`)
  return Number(line.split(' ').at(-1))
}
