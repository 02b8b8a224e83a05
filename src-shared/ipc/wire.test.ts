import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '../errors'
import { decodeCall, decodeFrame, decodeFromCore, encodeFrame, isDeeperThan } from './wire'

const rawFrame = (header: string, attachments = new Uint8Array()): Uint8Array => {
  const json = new TextEncoder().encode(header)
  const frame = new Uint8Array(4 + json.length + attachments.length)
  new DataView(frame.buffer).setUint32(0, json.length)
  frame.set(json, 4)
  frame.set(attachments, 4 + json.length)
  return frame
}
const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'no error'
}

const wireValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')).map((entry) => ({ ...entry }))
  )
})).value

test('any JSON value with bytes anywhere in it survives the frame', () => {
  fc.assert(
    fc.property(wireValue, (value) => {
      expect(decodeFrame(encodeFrame(value))).toEqual(value)
    }),
    { numRuns: 1000 }
  )
})

test('bytes are not base64: the frame of 1 MB is 1 MB and a little', () => {
  expect(encodeFrame({ data: new Uint8Array(1_000_000) }).byteLength).toBeLessThan(1_000_200)
})

test('a frame that starts inside a larger buffer is read at its own offset', () => {
  const frame = encodeFrame({ data: new Uint8Array([1, 2, 3]) })
  const buffer = new Uint8Array(frame.length + 9)
  buffer.set(frame, 5)
  expect(decodeFrame(buffer.subarray(5, 5 + frame.length))).toEqual({ data: new Uint8Array([1, 2, 3]) })
})

test('random and damaged bytes are refused with a code, never with a crash', () => {
  const whole = encodeFrame({ a: [1, { b: new Uint8Array([1, 2, 3, 4]) }] })
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.uint8Array({ maxLength: 64 }), (at, byte, random) => {
      const damaged = whole.slice()
      damaged[at] = byte
      for (const frame of [damaged, whole.subarray(0, at), random]) {
        expect(['no error', 'wire/malformed']).toContain(codeOf(() => decodeFrame(frame)))
      }
    }),
    { numRuns: 1000 }
  )
})

test('a cut frame is always noticed', () => {
  const whole = encodeFrame({ a: new Uint8Array([1, 2, 3, 4]) })
  for (let end = 0; end < whole.length; end++) {
    expect(codeOf(() => decodeFrame(whole.subarray(0, end)))).toBe('wire/malformed')
  }
})

test.each([
  ['no attachment list', '{"message":1}'],
  ['a path through a string', '{"message":{"a":"b"},"attachments":[{"path":["a","length"],"sizeBytes":0}]}'],
  ['a path to an inherited key', '{"message":{},"attachments":[{"path":["constructor"],"sizeBytes":0}]}'],
  ['a path to __proto__', '{"message":{"__proto__":null},"attachments":[{"path":["__proto__"],"sizeBytes":0}]}'],
  ['a path to array length', '{"message":[null],"attachments":[{"path":["length"],"sizeBytes":0}]}'],
  ['a place that holds data', '{"message":{"a":1},"attachments":[{"path":["a"],"sizeBytes":0}]}'],
  ['a place used twice', '{"message":[null],"attachments":[{"path":[0],"sizeBytes":0},{"path":[0],"sizeBytes":0}]}'],
  ['a negative size', '{"message":[null],"attachments":[{"path":[0],"sizeBytes":-1}]}'],
  ['more bytes than there are', '{"message":[null],"attachments":[{"path":[0],"sizeBytes":9}]}'],
  ['an attachment that is null', '{"message":[null],"attachments":[null]}']
])('refuses %s', (_name, header) => {
  expect(codeOf(() => decodeFrame(rawFrame(header)))).toBe('wire/malformed')
})

test('bytes after the last attachment are refused', () => {
  expect(codeOf(() => decodeFrame(rawFrame('{"message":1,"attachments":[]}', new Uint8Array(1))))).toBe(
    'wire/malformed'
  )
})

test('frames over the limit are refused on both ends', () => {
  const limits = { maxFrameBytes: 100, maxAttachments: 2, maxDepth: 3 }
  expect(codeOf(() => encodeFrame('x'.repeat(200), limits))).toBe('wire/too-large')
  expect(codeOf(() => decodeFrame(new Uint8Array(101), limits))).toBe('wire/too-large')
  expect(
    codeOf(() =>
      encodeFrame(
        [1, 2, 3].map(() => new Uint8Array(1)),
        limits
      )
    )
  ).toBe('wire/malformed')
  expect(codeOf(() => encodeFrame([[[[[]]]]], limits))).toBe('wire/malformed')
  expect(codeOf(() => decodeFrame(rawFrame('{"message":[[[[[]]]]],"attachments":[]}'), limits))).toBe('wire/malformed')
})

test('a million brackets neither crash the decoder nor take long', () => {
  const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
  expect(codeOf(() => decodeFrame(rawFrame(`{"message":${deep},"attachments":[]}`)))).toBe('wire/malformed')
})

test('numbers that JSON would turn into null are refused', () => {
  expect(codeOf(() => encodeFrame({ a: NaN }))).toBe('wire/malformed')
  expect(codeOf(() => encodeFrame([Infinity]))).toBe('wire/malformed')
})

test('a call needs an id and the name of a method, which may be one that is not here', () => {
  const call = { type: 'call', id: 7, method: 'app.info', params: {} }
  expect(decodeCall(encodeFrame(call))).toEqual(call)
  expect(decodeCall(encodeFrame({ ...call, method: 'toString' })).method).toBe('toString')
  for (const bad of [{ ...call, id: -1 }, { ...call, id: '7' }, { ...call, method: 3 }, { ...call, type: 'x' }, []]) {
    expect(codeOf(() => decodeCall(encodeFrame(bad)))).toBe('wire/malformed')
  }
})

test('the window accepts replies and known events only', () => {
  const reply = { type: 'reply', id: 1, reply: { ok: true, value: { a: new Uint8Array([1]) } } }
  expect(decodeFromCore(encodeFrame(reply))).toEqual(reply)
  const event = { type: 'event', event: 'project.changed', value: { project: null } }
  expect(decodeFromCore(encodeFrame(event))).toEqual(event)
  for (const bad of [{ ...reply, reply: { ok: false } }, { ...event, event: '__proto__' }, null, { type: 'call' }]) {
    expect(codeOf(() => decodeFromCore(encodeFrame(bad)))).toBe('wire/malformed')
  }
})

test('isDeeperThan counts levels', () => {
  expect(isDeeperThan({ a: { b: 1 } }, 1)).toBe(false)
  expect(isDeeperThan({ a: { b: {} } }, 1)).toBe(true)
})
