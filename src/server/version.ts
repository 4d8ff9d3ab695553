/** The version of this server, from the package: `info` and the log say it. */
import manifest from '../../package.json' with { type: 'json' }

export const version: string = manifest.version
