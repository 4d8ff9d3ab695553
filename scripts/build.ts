/** `npm run build`: builds the web app, whatever is there. The agent server needs no build. */
import { runSteps } from './steps.ts'
import { webBuildSteps } from './web-build.ts'

process.exitCode = await runSteps(webBuildSteps(undefined, { always: true }))
