/** Run by Next.js once, before the web app takes its first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { addPeerAddresses } = await import('./app/api/connect/peer-address.ts')
    addPeerAddresses()
  }
}
