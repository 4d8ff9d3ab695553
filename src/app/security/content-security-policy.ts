/**
 * What a page of ours may load and run. Everything is forbidden, then the least is allowed: scripts that
 * bear the nonce of this response, style sheets of our own, and the agent server. Used by the proxy.
 */

export interface PolicyOptions {
  /** Of this response alone: what a script has to bear to run. */
  nonce: string
  /** The `/trpc` that the browser is told: `agent-address.ts`. Null where it is not known. */
  agentUrl: string | null
  /** The browser asked over https. */
  secure: boolean
  /** `npm run dev`: React explains errors by `eval`, and styles are put in while one edits. */
  development: boolean
}

/**
 * The styles that sonner puts into the document when it is loaded: first an empty element, then its text.
 * It knows no nonce. `content-security-policy.test.ts` computes them from the package.
 */
const toastStyles = [
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "'sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY='",
]

/** The value of the header. */
export function contentSecurityPolicy(options: PolicyOptions): string {
  const { nonce, agentUrl, secure, development } = options
  const directives: [string, ...string[]][] = [
    ['default-src', "'none'"],
    // Not 'strict-dynamic': with it, an element that a script of ours is tricked into making would run.
    ['script-src', "'self'", `'nonce-${nonce}'`, ...(development ? ["'unsafe-eval'"] : [])],
    development
      ? ['style-src', "'self'", "'unsafe-inline'"]
      : ['style-src', "'self'", `'nonce-${nonce}'`, ...toastStyles],
    ['img-src', "'self'"],
    ['font-src', "'self'"],
    ['connect-src', "'self'", ...agentSources(agentUrl)],
    ['manifest-src', "'self'"],
    ['worker-src', "'self'"],
    ['base-uri', "'none'"],
    ['form-action', "'self'"],
    ['frame-ancestors', "'none'"],
    ...(secure ? [['upgrade-insecure-requests'] satisfies [string]] : []),
  ]
  return directives.map((directive) => directive.join(' ')).join('; ')
}

/** The agent server as the browser uses it: WebSocket, and HTTP where a proxy blocks that. */
function agentSources(agentUrl: string | null): string[] {
  const url = agentUrl === null ? null : URL.parse(agentUrl)
  // A host name may hold a semicolon or a comma: here they would begin something else.
  if (!url || !/^[\w.:[\]-]+$/.test(url.host)) return []
  const s = url.protocol === 'wss:' ? 's' : ''
  return [`ws${s}://${url.host}`, `http${s}://${url.host}`]
}
