/**
 * What proxies that know nothing of WebSocket do to an upgrade, whose head comes in one piece. Used by
 * `tcp-proxy.ts`. Node sends it on a connection that served requests before, where there is one.
 */

export type UpgradeBlock =
  /** Answers 403, and closes. */
  | 'forbid'
  /** Answers 400, and closes. */
  | 'reject'
  /** Never answers. */
  | 'hang'
  /** Passes it on as a plain request. */
  | 'strip'
  /** Lets the upgrade pass, and nothing after it. */
  | 'mute'

export type Met =
  | { act: 'pass'; bytes: Buffer }
  | { act: 'answer'; text: string }
  | { act: 'hang' }
  /** Passes, and so does the first answer; the rest is lost. */
  | { act: 'mute' }

export function isUpgrade(bytes: Buffer): boolean {
  return /^GET [^\r\n]+\r\n(?:[^\r\n]+\r\n)*?upgrade: *websocket\r\n/i.test(
    bytes.toString('latin1'),
  )
}

export function meetUpgrade(how: UpgradeBlock, bytes: Buffer): Met {
  switch (how) {
    case 'forbid':
      return { act: 'answer', text: answer('403 Forbidden') }
    case 'reject':
      return { act: 'answer', text: answer('400 Bad Request') }
    case 'strip': {
      const plain = bytes.toString('latin1').replace(/^(?:upgrade|connection):[^\r\n]*\r\n/gim, '')
      return { act: 'pass', bytes: Buffer.from(plain, 'latin1') }
    }
    case 'hang':
    case 'mute':
      return { act: how }
  }
}

function answer(status: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`
}
