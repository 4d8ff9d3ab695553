/** Seeds of rounds that failed once. The short lane plays them again. */
export const regressions: readonly { seed: number; was: string }[] = []
