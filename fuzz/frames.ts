/** Frames of the plain bytes of RFC 6455, right and wrong in every field. Used by `steps.ts`. */
import fc from 'fast-check'

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(
    Buffer.from('{"id":1,"method":"query","params":{"path":"info"}}'),
    Buffer.from('{"id":1,'),
    Buffer.from([0x03, 0xe8]),
    Buffer.from([0x03]),
    Buffer.from([0xff, 0xff]),
    Buffer.from([0xc3, 0x28]),
    Buffer.from('PING'),
  ),
)

/** What the length says, where it is not the payload's. */
const length = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  fc.constantFrom(0n, 1n, 125n, 126n, 65_535n, 65_536n, 1n << 31n, 1n << 53n, (1n << 64n) - 1n),
)

export interface RawFrame {
  /** FIN, RSV1 to 3, opcode. */
  firstByte: number
  masked: boolean
  length: bigint | null
  payload: Uint8Array
}

export const rawFrame: fc.Arbitrary<RawFrame> = fc.record({
  firstByte: fc.oneof(
    fc.constantFrom(0x81, 0x82, 0x01, 0x00, 0x80, 0x88, 0x89, 0x8a, 0x09, 0xc1, 0x83, 0x8b),
    fc.nat(255),
  ),
  masked: fc.constantFrom(true, true, true, true, false),
  length,
  payload,
})

export function frameBytes({ firstByte, masked, length, payload }: RawFrame): Buffer {
  const said = length ?? BigInt(payload.length)
  const head =
    said < 126n
      ? Buffer.from([firstByte, Number(said)])
      : said < 65_536n
        ? Buffer.from([firstByte, 126, Number(said >> 8n), Number(said & 0xffn)])
        : Buffer.concat([Buffer.from([firstByte, 127]), wide(said)])
  if (masked) head.writeUInt8(head.readUInt8(1) | 0x80, 1)
  // A mask of noughts: the payload stands as it is.
  return Buffer.concat([head, masked ? Buffer.alloc(4) : Buffer.alloc(0), payload])
}

function wide(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}
