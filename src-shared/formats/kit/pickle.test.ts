import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../errors'
import { bytesFromBase64 } from './base64'
import { readPickle } from './pickle'

interface Reference {
  readonly python: string
  readonly cases: readonly {
    readonly name: string
    readonly pickle: string
    readonly value?: unknown
    readonly big?: readonly string[]
  }[]
}
const reference = JSON.parse(
  readFileSync(new URL('../fixtures/reference/pickles.json', import.meta.url), 'utf8')
) as Reference

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const read = (text: string): unknown => readPickle('a.p', bytes(text))

describe(`what CPython ${reference.python} pickles`, () => {
  test.each(reference.cases)('$name', ({ pickle, value, big }) => {
    const data = bytesFromBase64(pickle)
    expect(data).not.toBeNull()
    const read = readPickle('a.p', data ?? new Uint8Array())
    if (big === undefined) expect(JSON.parse(JSON.stringify(read))).toEqual(value)
    else expect((read as readonly bigint[]).map(String)).toEqual(big)
  })
})

describe('plain data', () => {
  test.each([
    [
      'protocol 0, a dict of Python 2',
      "(dp0\nS'a'\np1\nI1\nsS'b'\np2\n(lp3\nI2\naF1.5\nasVc\\u732b\np4\nNs.",
      { a: 1, b: [2, 1.5], c猫: null }
    ],
    [
      'protocol 2, small numbers',
      '\x80\x02]q\x00(K\x05M\x39\x30J\xff\xff\xff\xff\x8a\x05\x00\x00\x00\x00\x01e.',
      [5, 12345, -1, 4294967296]
    ],
    ['an integer beyond 2^53', '\x80\x02\x8a\x08\x01\x00\x00\x00\x00\x00\x00\x40.', 4611686018427387905n],
    ['a negative long', '\x80\x02\x8a\x01\xff.', -1],
    ['a long of no bytes', '\x80\x02\x8a\x00.', 0],
    ['floats', '\x80\x02G?\xf8\x00\x00\x00\x00\x00\x00.', 1.5],
    [
      'protocol 4, frames and memoize',
      '\x80\x04\x95\x0c\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94K\x01s.',
      { a: 1 }
    ],
    ['booleans of every age', '(lI00\naI01\na\x88a\x89a.', [false, true, true, false]],
    ['tuples', '\x80\x02(K\x01K\x02K\x03t.', [1, 2, 3]],
    ['short tuples', '\x80\x02K\x01K\x02\x86\x85.', [[1, 2]]],
    ['one value in two places', '(lp0\n(lp1\nI7\naag1\na.', [[7], [7]]],
    ['escapes of bytes', "S'\\xc3\\xa9 \\'x\\' \\n'\n.", "é 'x' \n"],
    [
      'keys that mean something here',
      "(dS'__proto__'\nI1\nsS'constructor'\nI2\ns.",
      Object.fromEntries([
        ['__proto__', 1],
        ['constructor', 2]
      ])
    ]
  ])('%s', (_, text, value) => {
    expect(read(text)).toEqual(value)
  })

  test('a dict has no prototype', () => {
    expect(Object.getPrototypeOf(read("(dS'__proto__'\n(dS'x'\nI1\nss."))).toBeNull()
  })
})

describe('what is refused', () => {
  test.each([
    ['a global', 'cos\nsystem\n.', 'GLOBAL'],
    ['a global of protocol 4', '\x80\x04\x8c\x02os\x8c\x06system\x93.', 'STACK_GLOBAL'],
    ['a call', "(S'ls'\ntR.", 'REDUCE'],
    ['an instance', '(ios\nsystem\n.', 'INST'],
    ['an object', '(I1\no.', 'OBJ'],
    ['a new object', 'I1\n)\x81.', 'NEWOBJ'],
    ['a state', '(d(db.', 'BUILD'],
    ['an extension', '\x82\x01.', 'EXT1'],
    ['a persistent id', 'Pid\n.', 'PERSID'],
    ['a buffer of protocol 5', '\x80\x05\x97.', 'NEXT_BUFFER'],
    ['an opcode nobody knows', '\xff.', 'no opcode 0xff'],
    ['a protocol of the future', '\x80\x06N.', 'protocol 6']
  ])('%s', (_, text, reason) => {
    expect(() => read(text)).toThrowError(
      expect.objectContaining({ code: 'import/pickle', message: expect.stringContaining(reason) })
    )
  })

  test.each([
    ['nothing', ''],
    ['no end', 'N'],
    ['an end without a value', '.'],
    ['two values', 'NN.'],
    ['a length beyond the file', 'X\xff\xff\xff\x7fab.'],
    ['a length beyond all files', '\x8d\xff\xff\xff\xff\xff\xff\xff\xffab.'],
    ['a mark where a value should be', '(.'],
    ['no mark', 'N\x74.'],
    ['an item for no list', 'NNa.'],
    ['a pair for no dict', '(lI1\nI2\ns.'],
    ['a key without a value', '}(I1\nu.'],
    ['a key that is a list', '}(l(lu.'],
    ['a value that was never put down', 'h\x05.'],
    ['digits that are none', 'I0x10\n.'],
    ['an integer of ten thousand digits', `L${'9'.repeat(10_000)}L\n.`],
    ['a long of a thousand bytes', '\x8b\xe8\x03\x00\x00' + '\x01'.repeat(1000) + '.'],
    ['a text without quotes', 'Sabc\n.'],
    ['an escape that is cut', "S'\\'\n."],
    ['half a character', 'V\\ud83d\n.']
  ])('%s', (_, text) => {
    expect(() => read(text)).toThrowError(expect.objectContaining({ code: 'import/pickle' }))
  })

  test('bytes that are no UTF-8', () => {
    expect(() => read('U\x01\xff.')).toThrowError(expect.objectContaining({ code: 'import/encoding' }))
  })
})

test('any bytes are data or an import error, and end', () => {
  const opcodes = [
    ...'(.012FIJKLMNSTUVXacdeghijlopqrstu}])',
    '\x80',
    '\x85',
    '\x86',
    '\x87',
    '\x88',
    '\x8a',
    '\x8c',
    '\x90',
    '\x91',
    '\x94',
    '\x95'
  ]
  const piece = fc.oneof(
    fc.constantFrom(...opcodes),
    fc.constantFrom('1\n', '0\n', "'a'\n", '\x01', '\x00', 'K\x01'),
    fc.string({ maxLength: 3 })
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      try {
        read(`${pieces.join('')}.`)
      } catch (error) {
        if (!(error instanceof AppError) || !error.code.startsWith('import/')) throw error
      }
    }),
    { numRuns: fc.readConfigureGlobal().numRuns ?? 10_000 }
  )
})
