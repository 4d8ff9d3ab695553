// The web app's build. What differs between installations (ports, addresses) is read at run time.
import { fileURLToPath } from 'node:url'

/** Headers of every answer. The Content-Security-Policy has a nonce: `src/proxy.ts`. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  {
    key: 'Permissions-Policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  },
]

/** Two years, once a proxy in front says that the browser came over https. */
const strictTransport = { key: 'Strict-Transport-Security', value: 'max-age=63072000' }
const overHttps = { type: 'header', key: 'x-forwarded-proto', value: 'https(,.*)?' }

/** What libraries import and this page never calls. */
const leftOut = {
  'rehype-harden': './src/app/left-out/rehype-harden.ts',
  'rehype-raw': './src/app/left-out/rehype-raw.ts',
  'tailwind-merge': './src/app/left-out/tailwind-merge.ts',
  '../build/polyfills/polyfill-module': './src/app/left-out/polyfills.ts',
}

/** @type {import('next').NextConfig} */
const config = {
  // For an image: the server with what it needs, and no more (Dockerfile).
  ...(process.env.NEXT_OUTPUT === 'standalone' && { output: 'standalone' }),
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm test` checks the types of everything; whoever only starts the product does not wait for it.
  typescript: { ignoreBuildErrors: true },
  // `npm run dev` is opened by this name too.
  allowedDevOrigins: ['127.0.0.1'],
  turbopack: { root: fileURLToPath(new URL('.', import.meta.url)), resolveAlias: leftOut },
  experimental: { optimizePackageImports: ['lucide-react', 'radix-ui'] },
  headers: async () => [
    { source: '/:path*', headers: securityHeaders },
    { source: '/:path*', has: [overHttps], headers: [strictTransport] },
  ],
}

export default config
