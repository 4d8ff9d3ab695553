// The web app's build. What differs between installations (ports, addresses) is read at run time.
import { fileURLToPath } from 'node:url'

/** Headers that no page of ours may lack. The policy for scripts, with nonces, comes with issue 4. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  {
    key: 'Permissions-Policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  },
  {
    key: 'Content-Security-Policy',
    value: "base-uri 'self'; object-src 'none'; frame-ancestors 'none'; form-action 'self'",
  },
]

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm test` checks the types of everything; whoever only starts the product does not wait for it.
  typescript: { ignoreBuildErrors: true },
  // `npm run dev` is opened by this name too.
  allowedDevOrigins: ['127.0.0.1'],
  turbopack: { root: fileURLToPath(new URL('.', import.meta.url)) },
  experimental: { optimizePackageImports: ['lucide-react', 'radix-ui'] },
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
}

export default config
