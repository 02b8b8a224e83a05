import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AppError } from '../../errors'
import { readExactJson } from './exact-json'
import { splitJson } from './json-splitter'
import { NumberList, withArrays } from './number-list'
import { PlainJson } from './plain-json'

const encoder = new TextEncoder()
/** What stands around must not be read. */
const objects = (text: string): readonly unknown[] | null => {
  const bytes = encoder.encode(`9"}${text}9]}`)
  return new PlainJson().objects(bytes, 3, bytes.length - 3)
}
/** Either nothing, or what the exact parser gives, to the sign of a zero. */
function expectExact(text: string): boolean {
  const found = objects(text)
  if (found === null) return false
  const { value, fault } = readExactJson(`[${text}]`)
  expect(fault).toBeNull()
  expect(found.map(withArrays)).toEqual(value)
  return true
}

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 99 })).map(([a, b]) => `${a}.${b}`),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.constantFrom('-0', '0', '-0.0', '01', '1.', '.5', '-', '1e5', '1E+5', '1e-7', '1e', '1e400', '-1e400', '1e-400'),
  fc.constantFrom('531.8071000000001', '999999999999999', '9999999999999999', '0.000000000000001', '123456789012345.6')
)
const gaps = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t')
const lists = fc
  .array(fc.tuple(gaps, numbers, gaps))
  .map((parts) => `[${parts.map((part) => part.join('')).join(',')}]`)

describe('plain JSON', () => {
  test.each([
    '{"a":[1,2.5,-0.25],"b":[[1,2],[3]],"c":[],"d":{},"e":[true,false,null,"x"]}',
    ' {"a" : [ 1 , 2 ] } \n,\t{"":0, "a":-0}\r\n',
    '{"area":531.8071000000001,"small":1e-05,"large":1E+20,"most":9007199254740991}',
    '{"a":[1,2,"x"],"b":[1,[2]],"a":[3]}',
    `{"${'k'.repeat(100)}":"${'long '.repeat(2000)}"}`,
    '{"constructor":1,"toString":[2]}'
  ])('is read: %.60s', (text) => {
    expect(expectExact(text)).toBe(true)
  })

  test.each([
    ...['', '1', '[1]', '"a"', '{"a":1} {"b":2}', '{"a":1},', ',{"a":1}', '{"a":1', '{"a"}', '{a:1}', '{"a":1,}'],
    ...['{"a":[1,]}', '{"a":[,1]}', '{"a":[1 2]}', '{"a":[01]}', '{"a":1.}', '{"a":-}', '{"a":1e}', '{"a":1e400}'],
    ...['{"a":[1e400]}', '{"a":9007199254740993}', '{"a":[9007199254740993]}', '{"a":tru}', '{"a":nul', '{"a":NaN}'],
    ...[
      '{"é":1}',
      '{"a":"猫"}',
      '{"a":"\\n"}',
      '{"a":"\t"}',
      '{"__proto__":1}',
      `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`
    ]
  ])('is left to the exact parser: %.60s', (text) => {
    expect(objects(text)).toBeNull()
  })

  test('lists of numbers are parts of one block, with the sign of a zero', () => {
    const [first] = objects('{"a":[1,-0],"b":[[3.25]]}') as [{ a: NumberList; b: [NumberList] }]
    expect(first.a).toBeInstanceOf(NumberList)
    expect(first.a.toArray()).toEqual([1, -0])
    expect(first.b[0].block).toBe(first.a.block)
  })

  test('any list of numbers is what the exact parser reads, or left to it', () => {
    let plain = 0
    fc.assert(
      fc.property(lists, (list) => {
        plain += Number(expectExact(`{"a":${list},"b":${list}}`))
      }),
      { numRuns: 3_000 }
    )
    expect(plain).toBeGreaterThan(300)
  })

  test('any JSON, whole or damaged, is what the exact parser reads, or left to it', () => {
    const edit = fc.record({
      at: fc.nat(200),
      drop: fc.nat(3),
      put: fc.constantFrom('', '"', ',', '}', ']', '1', '.', 'e')
    })
    fc.assert(
      fc.property(fc.json(), fc.json(), gaps, fc.array(edit, { maxLength: 2 }), (a, b, gap, edits) => {
        let text = `{"x":${gap}${a}${gap},"y":${b}}${gap},${gap}{"z":${b}}`
        expectExact(text)
        for (const { at, drop, put } of edits) text = text.slice(0, at) + put + text.slice(at + drop)
        expectExact(text)
      }),
      { numRuns: 3_000 }
    )
  })
})

describe('a file split with lists of numbers', () => {
  async function read(text: string, numberLists: boolean, chunk: number): Promise<unknown> {
    const bytes = encoder.encode(text)
    const found: unknown[] = []
    try {
      const pieces = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
        bytes.slice(i * chunk, (i + 1) * chunk)
      )
      for await (const batch of splitJson('a.json', pieces, { sliceBytes: 40, numberLists }))
        found.push(batch.kind === 'value' ? batch : { ...batch, elements: batch.elements.map(withArrays) })
    } catch (error) {
      found.push((error as AppError).message)
    }
    return found
  }

  test('is the same file, with its faults at the same places', async () => {
    const record = fc.record({ id: fc.integer(), list: fc.array(fc.double()), name: fc.string({ unit: 'grapheme' }) })
    const edit = fc.record({ at: fc.nat(400), put: fc.constantFrom('', '"', ',', '}', '\n', '\n\n1', '[') })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(record, fc.jsonValue())),
        fc.array(record),
        fc.constantFrom(0, 1),
        fc.option(edit),
        fc.integer({ min: 1, max: 90 }),
        async (a, b, indent, change, chunk) => {
          let text = JSON.stringify({ a, b, c: [[1, 2]], d: 5 }, null, indent)
          if (change !== null) text = text.slice(0, change.at) + change.put + text.slice(change.at)
          expect(await read(text, true, chunk)).toEqual(await read(text, false, chunk))
        }
      ),
      { numRuns: 400 }
    )
  })
})
