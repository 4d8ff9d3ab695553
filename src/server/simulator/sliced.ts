/** Cuts bytes where a reader likes it least. Used by plans with `slices`. */

export function slice(bytes: Buffer, how: 'bytes' | 'characters'): Buffer[] {
  const pieces: Buffer[] = []
  let start = 0
  for (let index = 1; index <= bytes.length; index++) {
    const next = bytes[index]
    // A byte that goes on with a character begins with the bits 10.
    const inside = next !== undefined && (next & 0xc0) === 0x80
    if (how === 'bytes' || inside || index === bytes.length) {
      pieces.push(bytes.subarray(start, index))
      start = index
    }
  }
  return pieces
}
