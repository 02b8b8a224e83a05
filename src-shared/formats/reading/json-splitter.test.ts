import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../errors'
import { parseExactJson, readExactJson } from './exact-json'
import { findJsonFault } from './json-fault'
import { splitJson } from './json-splitter'
import type { JsonSplitterOptions } from './json-splitter'
import type { JsonBatch } from './source'

const encoder = new TextEncoder()
function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  // Always the same memory, as a reader of files would give it.
  const buffer = new Uint8Array(size)
  for (let at = 0; at < bytes.byteLength; at += size) {
    const part = bytes.subarray(at, at + size)
    buffer.set(part)
    yield buffer.subarray(0, part.byteLength)
  }
}
async function batchesOf(
  content: string | Uint8Array,
  chunkBytes = 7,
  options: JsonSplitterOptions = {}
): Promise<readonly JsonBatch[]> {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content
  const batches: JsonBatch[] = []
  for await (const batch of splitJson('a.json', cut(bytes, chunkBytes), options)) batches.push(batch)
  return batches
}
/** Sections put together again; checks that indexes follow on each other. */
function joined(batches: readonly JsonBatch[]): readonly (readonly [section: string, held: unknown])[] {
  const sections = new Map<string, unknown>()
  for (const batch of batches) {
    if (batch.kind === 'value') {
      expect(sections.has(batch.section)).toBe(false)
      sections.set(batch.section, batch.value)
      continue
    }
    const list = (sections.get(batch.section) ?? []) as unknown[]
    expect(batch.firstIndex).toBe(list.length)
    sections.set(batch.section, [...list, ...batch.elements])
  }
  return [...sections]
}
const failure = async (content: string | Uint8Array, chunkBytes = 7, options = {}): Promise<AppError> => {
  const error: unknown = await batchesOf(content, chunkBytes, options).catch((reason: unknown) => reason)
  if (error instanceof AppError) return error
  throw new Error(`expected an AppError, got ${String(error)}`)
}

const coco = {
  info: { year: 2017, nested: [[1], { a: ['}', ']', '\\', '"'] }] },
  images: [
    { id: 1, file_name: 'é "x" \\ 猫.jpg' },
    { id: 2, file_name: '😀\n\u0000{[' }
  ],
  licenses: [],
  scores: [0.5, -1e-7, true, null, 'x'],
  annotations: [{ id: 1, segmentation: [[1, 2, 3], []], bbox: [] }, null, [1], 'text', 7, {}],
  odd: [null, 3, { id: 1 }],
  'ключ "k"': 'значение',
  nothing: null,
  yes: true,
  number: -0.5e-3
}

describe('a JSON file in batches', () => {
  const spellings = [
    ['compact', JSON.stringify(coco)],
    ['pretty', JSON.stringify(coco, null, 2)],
    ['with tabs and CRLF', JSON.stringify(coco, null, '\t').replaceAll('\n', '\r\n')],
    [
      'escaped',
      JSON.stringify(coco).replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    ]
  ] as const

  test.each(spellings)('%s is the same at every chunk size', async (_name, text) => {
    expect(JSON.parse(text)).toEqual(coco)
    for (let size = 1; size <= 40; size++)
      expect(joined(await batchesOf(text, size, { sliceBytes: 20 }))).toEqual(Object.entries(coco))
    for (const size of [64, 333, 100_000]) expect(joined(await batchesOf(text, size))).toEqual(Object.entries(coco))
  })

  test('lists of objects come as elements, other values whole, an empty list as no elements', async () => {
    const kinds = (await batchesOf(JSON.stringify(coco), 100_000)).map(({ kind, section }) => `${section} ${kind}`)
    expect(kinds).toEqual([
      'info value',
      'images elements',
      'licenses elements',
      'scores value',
      'annotations elements',
      'odd elements',
      'ключ "k" value',
      'nothing value',
      'yes value',
      'number value'
    ])
  })

  test.each(['[]', '[1]', '[{"a":1},{"a":2}]', '[[1],[2]]', ' [ null , "x" ] ', '[[[]]]'])(
    '%s is a list of its own, without a name',
    async (text) => {
      const batches = await batchesOf(text, 2)
      expect(batches.every(({ kind, section }) => kind === 'elements' && section === '')).toBe(true)
      expect(joined(batches)).toEqual([['', JSON.parse(text)]])
    }
  )

  test.each(['5', ' "x" ', 'null', '-1e3\n', 'true'])('%j is a value without a name', async (text) => {
    expect(await batchesOf(text, 1)).toEqual([{ kind: 'value', section: '', value: JSON.parse(text) }])
  })

  test('no section at all', async () => {
    expect(await batchesOf(' { } ')).toEqual([])
  })

  test('any JSON is what the engine reads, at any chunk and slice size', async () => {
    const chunk = fc.integer({ min: 1, max: 60 })
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), fc.constantFrom(0, 1, 3), chunk, chunk, async (json, space, a, b) => {
        const text = JSON.stringify(JSON.parse(json), null, space)
        const value: unknown = parseExactJson('a', text)
        const got = joined(await batchesOf(text, a, { sliceBytes: b }))
        const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value)
        expect(got).toEqual(isPlain ? Object.entries(value) : [['', value]])
      }),
      { numRuns: 500 }
    )
  })

  test('sections that nobody wants are passed over, whatever stands in them', async () => {
    const chunk = fc.integer({ min: 1, max: 60 })
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', '"]', '{', ''), { maxLength: 5 })
    const filled = names.chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, fc.jsonValue()]))))
    await fc.assert(
      fc.asyncProperty(filled, fc.subarray(['a', 'b', '"]']), chunk, chunk, async (held, wanted, a, b) => {
        const text = JSON.stringify(held)
        const got = joined(await batchesOf(text, a, { sliceBytes: b, only: new Set(wanted) }))
        expect(got).toEqual(Object.entries(parseExactJson('a', text) as object).filter(([key]) => wanted.includes(key)))
      }),
      { numRuns: 500 }
    )
  })

  test('of a section that is passed over nothing is held, and its end is still looked for', async () => {
    const only = new Set(['b'])
    const long = `{"a":[${'[1,"]"],'.repeat(20_000)}0],"b":[{"c":1}]}`
    const capped = { only, maxElementBytes: 1000 }
    expect(joined(await batchesOf(long, 64, capped))).toEqual([['b', [{ c: 1 }]]])
    await expect(batchesOf(long.slice(0, 5000), 64, capped)).rejects.toMatchObject({ code: 'import/json' })
    await expect(batchesOf('{"a":[1}', 64, capped)).rejects.toMatchObject({ code: 'import/json' })
    await expect(batchesOf('{"a":,"b":[]}', 64, capped)).rejects.toMatchObject({ code: 'import/json' })
  })

  test('batches are about as large as asked for, and memory holds one of them', async () => {
    const elements = Array.from({ length: 1_000 }, (_, id) => ({ id, bbox: [1, 2, 3, 4] }))
    const batches = await batchesOf(JSON.stringify(elements), 100_000, { sliceBytes: 1_000 })
    expect(batches.length).toBeGreaterThan(25)
    for (const batch of batches) expect(batch.kind === 'elements' && batch.elements.length < 40).toBe(true)
  })

  test('names of the prototype are names', async () => {
    const text = '{"__proto__":[{"__proto__":{"polluted":1},"constructor":2}],"constructor":{"prototype":3}}'
    const batches = await batchesOf(text)
    expect(batches.map(({ section }) => section)).toEqual(['__proto__', 'constructor'])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})

describe('what a JSON file is written in', () => {
  const text = '[{"a":"é猫😀"}]'
  const utf16 = (value: string, isLittle: boolean): number[] =>
    [...Array(value.length).keys()].flatMap((i) => {
      const unit = value.charCodeAt(i)
      return isLittle ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255]
    })
  test.each([
    ['UTF-8 with a mark', [0xef, 0xbb, 0xbf, ...encoder.encode(text)]],
    ['UTF-16 LE with a mark', [0xff, 0xfe, ...utf16(text, true)]],
    ['UTF-16 BE with a mark', [0xfe, 0xff, ...utf16(text, false)]],
    ['UTF-16 LE', utf16(text, true)],
    ['UTF-16 BE', utf16(text, false)]
  ])('%s is read at every chunk size', async (_name, bytes) => {
    for (let size = 1; size <= 9; size++)
      expect(joined(await batchesOf(Uint8Array.from(bytes), size))).toEqual([['', [{ a: 'é猫😀' }]]])
  })

  test.each<[string, number[]]>([
    ['a stray byte in a text', [...encoder.encode('[{"a":"'), 0xe9, ...encoder.encode('"}]')]],
    ['a cut letter in a text', [...encoder.encode('[{"a":"'), 0xe7, 0x8c, ...encoder.encode('"}]')]],
    ['a stray byte in a name', [...encoder.encode('{"'), 0xff, ...encoder.encode('":1}')]],
    ['UTF-16 with half a surrogate', [0xff, 0xfe, 0x5b, 0, 0x22, 0, 0, 0xd8, 0x22, 0, 0x5d, 0]],
    ['UTF-16 with half a letter at the end', [0xff, 0xfe, 0x5b, 0, 0x5d]]
  ])('%s is refused', async (_name, bytes) => {
    for (const size of [1, 3, 1000]) {
      const { code } = await failure(Uint8Array.from(bytes), size)
      expect(code).toBe('import/encoding')
    }
  })
})

describe('what is wrong is named with its line and column', () => {
  test.each<[text: string, line: number, column: number, reason: RegExp]>([
    ['', 1, 1, /empty/],
    ['  \n ', 2, 2, /empty/],
    ['{"a":[{"b":NaN}]}', 1, 12, /NaN is not a number/],
    ['{"a":[{"b":-Infinity}]}', 1, 12, /-Infinity is not a number/],
    ['{"a":NaN}', 1, 6, /NaN is not a number/],
    ['{"a":[NaN]}', 1, 7, /NaN is not a number/],
    ['[{"a":1},\n {"b":1e999}]', 2, 7, /too large/],
    ['[{"a":1},]', 1, 10, /comma stands before \]/],
    ['{"a":[{}],}', 1, 11, /comma stands before \}/],
    ['[{"a":[1,]}]', 1, 10, /comma stands before \]/],
    ['[{"a":1,}]', 1, 9, /comma stands before \}/],
    ['[{"a":1} {"a":2}]', 1, 10, /comma or \]/],
    ['[{"a" 1}]', 1, 7, /: is missing/],
    ['{"a" [1]}', 1, 6, /: is missing/],
    ['// c\n[]', 1, 1, /comments/],
    ['[/* c */]', 1, 2, /comments/],
    ['{"a":1, // c\n"b":2}', 1, 9, /comments/],
    ['[{"a":1 /* c */}]', 1, 9, /comments/],
    ["[{'a':1}]", 1, 3, /name must stand/],
    ['[{"a":\'x\'}]', 1, 7, /not '/],
    ['[{a:1}]', 1, 3, /name must stand/],
    ['[{"a":01}]', 1, 7, /01 is not written/],
    ['[{"a":+1}]', 1, 7, /\+1 is not written/],
    ['[{"a":.5}]', 1, 7, /\.5 is not written/],
    ['[{"a":1.}]', 1, 7, /1\. is not written/],
    ['[{"a":0x1f}]', 1, 7, /0x1f is not written/],
    ['[{"a":undefined}]', 1, 7, /undefined/],
    ['[{"a":True}]', 1, 7, /True/],
    ['[{"a":"x\ny"}]', 1, 9, /line break/],
    ['[{"a":"\\x41"}]', 1, 8, /\\x is no escape/],
    ['[{"a":"\\ud800"}]', 1, 8, /half of a pair/],
    ['[{"a":1}] []', 1, 11, /after its end/],
    ['{"a":1}}', 1, 8, /after its end/],
    ['[{"a":1}', 1, 9, /ends inside \[ \]/],
    ['[{"a":1},', 1, 10, /ends after a comma/],
    ['[{"a":1', 1, 8, /middle of a value/],
    ['[{"a":"x', 1, 9, /middle of a value/],
    ['{"a"', 1, 5, /ends after a name/],
    ['{"a":', 1, 6, /where a value/],
    ['{"a":[{}]', 1, 10, /ends inside \{ \}/],
    ['{"a":1,', 1, 8, /ends after a comma/],
    ['{"a', 1, 4, /inside a name/],
    ['{"a":[{"b":1]}', 1, 13, /comma or \}/],
    ['{"images":[{}],\n"images":[{}]}', 2, 1, /"images" stands there twice/],
    ['{"a":1,"\\u0061":2}', 1, 8, /"a" stands there twice/],
    ['}', 1, 1, /"\}" stands where a value/],
    ['<html>', 1, 1, /"<" stands/],
    ['{"é猫":[{"b":1},\n\n  {"c":tru}]}', 3, 8, /"tru" stands/],
    ['[{"a":"😀"},{"b":nul}]', 1, 18, /"nul" stands/]
  ])('%j', async (text, line, column, reason) => {
    for (const size of [1, 2, 5, 1000]) {
      for (const sliceBytes of [1, 1000]) {
        const { code, message, data } = await failure(text, size, { sliceBytes })
        expect(code).toBe('import/json')
        expect(message).toMatch(reason)
        expect(data).toEqual({ file: 'a.json', line, column })
      }
    }
  })

  test('deeper than the limit, in an element or in a value', async () => {
    const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
    expect(await batchesOf(`[${deep(10)}]`, 3, { maxDepth: 10 })).toHaveLength(1)
    expect((await failure(`[${deep(11)}]`, 3, { maxDepth: 10 })).message).toMatch(/deeper than 10/)
    expect((await failure(`{"a":{"b":${deep(11)}}}`, 3, { maxDepth: 10 })).message).toMatch(/deeper than 10/)
    expect((await failure('['.repeat(100_000), 4096)).message).toMatch(/deeper than 512/)
  })

  test('an element or a value above the cap is refused, not gathered for ever', async () => {
    const large = `{"a":[{"b":"${'x'.repeat(500)}"}]}`
    const numbers = `{"a":[${Array(300).fill(1).join(',')}]}`
    for (const text of [large, numbers])
      expect((await failure(text, 16, { maxElementBytes: 100, sliceBytes: 16 })).code).toBe('import/too-large')
  })

  test('damage of every kind is an error of ours or another reading, never something else', async () => {
    const text = JSON.stringify(coco, null, 1)
    const edit = fc.record({
      at: fc.nat({ max: text.length }),
      drop: fc.nat({ max: 3 }),
      put: fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '\n', 'e', '9', '\u00e9', '//')
    })
    const isJson = (candidate: string): boolean => {
      try {
        JSON.parse(candidate)
        return true
      } catch {
        return false
      }
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 50 }),
        async (edits, size) => {
          let damaged = text
          for (const { at, drop, put } of edits) damaged = damaged.slice(0, at) + put + damaged.slice(at + drop)
          const result = await batchesOf(damaged, size, { sliceBytes: 30 }).catch((error: unknown) => error)
          if (result instanceof Error) {
            expect((result as AppError).code).toBe('import/json')
            // Only what JSON.parse lets pass and we do not: the same section twice.
            if (isJson(damaged)) expect(result.message).toMatch(/twice|half of a pair|too large/)
          } else expect(isJson(damaged)).toBe(true)
        }
      )
    )
  })
})

describe('JSON without silent losses', () => {
  test.each([
    ['{"id":9007199254740993}', { id: 9007199254740993n }],
    ['[18446744073709551615,-9007199254740993,1]', [18446744073709551615n, -9007199254740993n, 1]],
    [
      '{"a":9007199254740991,"b":1e20,"c":123456789012345678.5}',
      { a: 9007199254740991, b: 1e20, c: 123456789012345680 }
    ]
  ])('%s keeps its integers', async (text, expected) => {
    expect(parseExactJson('a', text)).toEqual(expected)
    expect(joined(await batchesOf(`[${text}]`))).toEqual([['', [expected]]])
  })

  test('a fault in line 7 of a file of lines is in line 7', () => {
    expect(() => parseExactJson('a.jsonl', '{"a":}', 7)).toThrow('a.jsonl, line 7, column 6')
    expect(() => parseExactJson('a.json', '{"a":1,\n\n"b":1e400}')).toThrow(
      'a.json, line 3, column 5: a number is too large'
    )
    expect(() => parseExactJson('a.json', `[${'9'.repeat(400)}]`)).toThrow('column 2: a number is too large')
  })

  test('pairs of escapes are letters, halves are not', () => {
    expect(parseExactJson('a', '"\\ud83d\\ude00 \\\\ud800"')).toBe('😀 \\ud800')
    for (const text of ['"\\ud83d"', '"\\ude00"', '{"\\ud83dx":1}'])
      expect(readExactJson(text).fault?.reason).toMatch(/half of a pair/)
  })

  test('the fault finder agrees with the engine on what is JSON', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"',
        '1',
        '-',
        '0',
        '.5',
        'e9',
        ' ',
        '\n',
        'true',
        'null',
        '\\n'
      ),
      {
        maxLength: 9
      }
    )
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('')
        let isJson = true
        try {
          JSON.parse(text)
        } catch {
          isJson = false
        }
        expect(findJsonFault(text) === null).toBe(isJson)
      }),
      { numRuns: 5_000 }
    )
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findJsonFault(text)).toBeNull()
      })
    )
  })
})
