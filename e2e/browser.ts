/** How Chromium runs, for the tests and for the screenshots: alone, and quiet on the network. */
import type { PlaywrightTestOptions, PlaywrightWorkerOptions } from '@playwright/test'

const { CHROMIUM_PATH: executablePath } = process.env
const isRoot = process.getuid?.() === 0

export const browserOptions: Partial<PlaywrightTestOptions & PlaywrightWorkerOptions> = {
  browserName: 'chromium',
  viewport: { width: 1280, height: 800 },
  locale: 'en-GB',
  timezoneId: 'UTC',
  launchOptions: {
    ...(executablePath && { executablePath }),
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      // Chromium's sandbox refuses to work for root.
      ...(isRoot ? ['--no-sandbox'] : []),
    ],
  },
}
