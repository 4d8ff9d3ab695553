/**
 * Contract section 6, "at the socket": frames that no client sends, over raw sockets against the real process.
 * How often one may send is in `at-the-socket-limits.test.ts`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { frameOf, opcodes, type RawSocket } from './harness/raw-socket.ts'
import { type StrictServer, startStrictServer } from './harness/strict-server.ts'

let strict: StrictServer
beforeAll(async () => {
  strict = await startStrictServer()
})
afterAll(() => strict[Symbol.asyncDispose]())

const info = { id: 7, method: 'query', params: { path: 'info' } }
const answersInfo = async (socket: RawSocket) => {
  socket.send(info)
  await socket.until((text) => text.includes('"id":7') && text.includes('agentName'))
}

/** How a guest's connection ends on which these bytes come, after it was seen to work. */
async function endOf(...frames: readonly Buffer[]) {
  await using socket = await strict.open()
  await answersInfo(socket)
  for (const frame of frames) socket.net.write(frame)
  const end = await socket.ended
  await using next = await strict.open()
  await answersInfo(next)
  return end
}

describe('W4: a broken frame closes with 1002', () => {
  const { text, continuation, ping, close } = opcodes
  const hi = 'hi'
  test.each<[string, Buffer[]]>([
    ['unmasked', [frameOf({ payload: hi, masked: false })]],
    ['a reserved bit, as deflate sets it', [frameOf({ payload: hi, reserved: 4 })]],
    ['the other reserved bits', [frameOf({ payload: hi, reserved: 3 })]],
    ['an unknown kind', [frameOf({ opcode: 3, payload: hi })]],
    ['an unknown kind of control', [frameOf({ opcode: 11 })]],
    ['a continuation of nothing', [frameOf({ opcode: continuation, payload: hi })]],
    [
      'a new message before the end of another',
      [frameOf({ opcode: text, payload: hi, fin: false }), frameOf({ payload: hi })],
    ],
    ['a ping of more than 125 bytes', [frameOf({ opcode: ping, payload: 'x'.repeat(126) })]],
    ['a ping in parts', [frameOf({ opcode: ping, payload: hi, fin: false })]],
    ['a close of one byte', [frameOf({ opcode: close, payload: 'x' })]],
    [
      'a close with a code that may not be sent',
      [frameOf({ opcode: close, payload: Buffer.from([1006 >> 8, 1006 & 255]) })],
    ],
    [
      'a length beyond all numbers',
      [Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
    ],
  ])('%s', async (what, frames) => {
    // A length that no number holds is too big before it is broken.
    const code = what.startsWith('a length') ? 1009 : 1002
    expect((await endOf(...frames)).code).toBe(code)
  })
})

describe('W4: invalid UTF-8 closes with 1007', () => {
  test.each<[string, number[]]>([
    ['a wrong second byte', [0xc3, 0x28]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['overlong', [0xc0, 0xaf]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['cut', [0xe2, 0x82]],
  ])('%s', async (_, bytes) => {
    expect((await endOf(frameOf({ payload: Buffer.from(bytes) }))).code).toBe(1007)
  })

  test('in the reason of a close', async () => {
    const payload = Buffer.from([1000 >> 8, 1000 & 255, 0xc3, 0x28])
    expect((await endOf(frameOf({ opcode: opcodes.close, payload }))).code).toBe(1007)
  })
})

describe('W4: what is over MAX_MESSAGE_BYTES closes with 1009', () => {
  test('one frame', async () => {
    expect((await endOf(frameOf({ payload: 'x'.repeat(65_537) }))).code).toBe(1009)
  })

  test('one that only says that it is long, before its content comes', async () => {
    const head = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0])
    expect((await endOf(head)).code).toBe(1009)
  })

  test('a message in many parts', async () => {
    const part = (opcode: number) => frameOf({ opcode, payload: 'x'.repeat(60_000), fin: false })
    const parts = Array.from({ length: 20 }, () => part(opcodes.continuation))
    expect((await endOf(part(opcodes.text), ...parts)).code).toBe(1009)
  })
})

test('W4: 20,000 fragments of one message close with 1008', async () => {
  const begin = frameOf({ payload: 'x', fin: false })
  const part = frameOf({ opcode: opcodes.continuation, payload: 'x', fin: false })
  const end = await endOf(begin, Buffer.concat(Array.from({ length: 20_000 }, () => part)))
  expect(end.code).toBe(1008)
})

test('W4: text that is no JSON gets a parse error; over and over it closes with 1008', async () => {
  await using socket = await strict.open()
  socket.send('{ no json')
  const refusal = await socket.until((text) => text.includes('PARSE_ERROR'))
  expect(refusal).not.toContain('no json')
  await answersInfo(socket)
  for (let i = 0; i < 12; i++) socket.send('[[[')
  expect((await socket.ended).code).toBe(1008)
})

test('a peer that closes is closed back, with its own code', async () => {
  const payload = Buffer.from([4000 >> 8, 4000 & 255])
  expect((await endOf(frameOf({ opcode: opcodes.close, payload }))).code).toBe(4000)
})

test('a peer that is gone in the middle of a frame leaves nothing behind', async () => {
  await using socket = await strict.open()
  await answersInfo(socket)
  socket.net.write(frameOf({ payload: 'x'.repeat(1000) }).subarray(0, 500))
  socket.net.resetAndDestroy()
  await socket.ended
  await using next = await strict.open()
  await answersInfo(next)
})

test('after all of it the server has grown by less than 100 MB', () => {
  expect(strict.growthBytes()).toBeLessThan(100 * 1024 * 1024)
})
