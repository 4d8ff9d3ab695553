/** Why the server cannot start, as a sentence for the operator: `main.ts` prints it, and no stack. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StartError'
  }
}
