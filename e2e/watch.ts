/**
 * Listens to every page of a test and keeps what no page may do: an error or warning in the console, an
 * uncaught exception, a request to a foreign host. Used by `fixtures.ts`, which fails the test by it.
 */
import type { BrowserContext } from '@playwright/test'

/** What Chromium itself writes to the console when a connection fails. */
const connectionFailed =
  /^WebSocket connection to '[^']+' failed|^Failed to load resource: (net::ERR_|the server responded with a status of 503)|^An unknown error occurred when fetching the script/

/** It says that a page took seconds to be drawn: of a busy machine, and of nothing on the page. */
const slowFont = /woff2 was preloaded using link preload but not used within a few seconds/

export class Watch {
  readonly #ownHosts: ReadonlySet<string>
  /** Complaints of the browser about connections, which are right where a test cut them. */
  readonly connections: string[] = []
  readonly complaints: string[] = []

  constructor(ownHosts: readonly string[]) {
    this.#ownHosts = new Set(ownHosts)
  }

  follow(context: BrowserContext): void {
    context.on('console', (message) => {
      const text = message.text()
      if (slowFont.test(text)) return
      if (connectionFailed.test(text)) this.connections.push(text)
      else if (message.type() === 'error' || message.type() === 'warning') {
        this.complaints.push(`console ${message.type()}: ${text}`)
      }
    })
    context.on('weberror', (error) => {
      this.complaints.push(`uncaught: ${error.error().stack ?? error.error().message}`)
    })
    context.on('request', (request) => this.#look(request.url()))
    context.on('page', (page) => page.on('websocket', (socket) => this.#look(socket.url())))
  }

  #look(url: string): void {
    const { protocol, host } = new URL(url)
    if (protocol === 'data:' || protocol === 'blob:') return
    if (!this.#ownHosts.has(host)) this.complaints.push(`a request to a foreign host: ${url}`)
  }
}
