/**
 * Makes the router's declarations fit for other programs. The compiler writes the router's type out in
 * full, and the context of its procedures with it, which is the server's own and which no client looks at:
 * with it would come the agent, its ports and more. Used by `build-package.ts`.
 */

const context = /\bctx: import\("\.\/context\.[jt]s"\)\.RequestContext;/g

/** Throws where something of the context is left: then the compiler writes it in another way. */
export function withoutContext(declarations: string): string {
  const closed = declarations.replaceAll(context, 'ctx: object;')
  const left = /^.*(?:RequestContext|\/context\.).*$/m.exec(closed)
  if (closed === declarations || left) {
    throw new Error(`The router's types still name its context: ${left?.[0] ?? 'nothing replaced'}`)
  }
  return closed
}
