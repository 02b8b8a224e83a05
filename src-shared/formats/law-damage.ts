/**
 * @file What holds for every reader however its files are damaged: it gives items and issues or rejects with an
 * `import/…` error, it ends, and nothing it gives is broken. For test files only. A format's test gives whole examples;
 * damage is done here, to the text, to the tree of a JSON file and to the bytes.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../errors'
import type { Format } from './format'
import type { MemoryFileMap } from './law-kit'
import type { ImportItem } from './reading/item'
import { memorySource } from './reading/memory-source'
import type { MemoryFiles } from './reading/memory-source'
import { placeOf } from './round-trip/place'

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

const ODD_VALUES: readonly unknown[] = [
  ...[null, true, 0, -0, 1, -1, 0.5, 1.5, 255, 1e9, 1e300, -1e300, 2 ** 53 + 2],
  ...[
    '',
    'cat',
    '1',
    'NaN',
    '0,0;1,1',
    '__proto__',
    '\u0000',
    '😀',
    '../../etc/passwd',
    'C:\\a.jpg',
    'http://a.example/b'
  ],
  ...[
    [],
    {},
    [[]],
    [null],
    [0, 0],
    [[0, 0]],
    [
      [0, 0],
      [1, 1],
      [2, 2]
    ],
    { id: 1 },
    [{}]
  ]
]
const ODD_TEXTS = [
  ...['NaN', 'Infinity', '-1', '1e999', '0', 'null', '""', '{}', '[]', ',', ':', '"', '{', '}', '[', ']', '\\', '\n'],
  ...[
    '\r',
    '\u0000',
    '\ufeff',
    '<',
    '>',
    '/>',
    '&',
    '&amp;',
    '&x;',
    '<!--',
    ']]>',
    '<!DOCTYPE a>',
    '//',
    '\ud800',
    '猫'
  ]
]

/** A change to one file; numbers are fractions, so that they mean something for every file. */
type Damage =
  | { readonly kind: 'cut' | 'drop' | 'double'; readonly at: number; readonly length: number }
  | { readonly kind: 'put'; readonly at: number; readonly text: string }
  | { readonly kind: 'number'; readonly at: number; readonly text: string }
  | { readonly kind: 'value'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'key'; readonly at: number }
  | { readonly kind: 'utf-16' | 'crlf' | 'bad-byte'; readonly at: number }

const at = fc.double({ min: 0, max: 1, noNaN: true })
const damage: fc.Arbitrary<Damage> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('value' as const), at, value: fc.constantFrom(...ODD_VALUES) })
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('key' as const), at }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('number' as const), at, text: fc.constantFrom(...ODD_TEXTS) })
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('put' as const), at, text: fc.constantFrom(...ODD_TEXTS) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('cut' as const, 'drop' as const, 'double' as const), at, length: at })
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('utf-16' as const, 'crlf' as const, 'bad-byte' as const), at })
  }
)

type Place = readonly (string | number)[]

/** Every node below the top of a JSON tree. */
function placesIn(tree: unknown, path: Place = []): readonly Place[] {
  if (typeof tree !== 'object' || tree === null) return []
  const keys = Array.isArray(tree) ? tree.map((_, i) => i) : Object.keys(tree)
  return keys.flatMap((key) => {
    const place = [...path, key]
    return [place, ...placesIn((tree as Record<string | number, unknown>)[key], place)]
  })
}

function changedTree(
  text: string,
  fraction: number,
  change: (holder: Record<string, unknown>, key: string) => void
): string {
  let tree: unknown
  try {
    tree = JSON.parse(text)
  } catch {
    // Not JSON, or no longer: other kinds of damage are for those.
    return text
  }
  const places = placesIn(tree)
  const place = places[Math.floor(fraction * (places.length - 1))]
  if (place === undefined) return text
  let holder = tree as Record<string | number, unknown>
  for (const key of place.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>
  change(holder as Record<string, unknown>, String(place.at(-1)))
  return JSON.stringify(tree)
}

function damagedText(text: string, change: Damage): string {
  const offset = Math.floor(change.at * text.length)
  switch (change.kind) {
    case 'cut':
      return text.slice(0, offset)
    case 'drop':
      return text.slice(0, offset) + text.slice(offset + Math.ceil(change.length * 20))
    case 'double': {
      const piece = text.slice(offset, offset + Math.ceil(change.length * 200))
      return text.slice(0, offset) + piece + text.slice(offset)
    }
    case 'put':
      return text.slice(0, offset) + change.text + text.slice(offset)
    case 'number': {
      const numbers = [...text.matchAll(/-?\d+(\.\d+)?/g)]
      const found = numbers[Math.floor(change.at * (numbers.length - 1))]
      return found === undefined
        ? text
        : text.slice(0, found.index) + change.text + text.slice(found.index + found[0].length)
    }
    case 'value':
      return changedTree(text, change.at, (holder, key) => (holder[key] = change.value))
    case 'key':
      return changedTree(text, change.at, (holder, key) => {
        if (Array.isArray(holder)) holder.splice(Number(key), 1)
        else delete holder[key]
      })
    case 'crlf':
      return text.replaceAll('\n', '\r\n')
    default:
      return text
  }
}

function damaged(content: string | Uint8Array, changes: readonly Damage[]): string | Uint8Array {
  if (typeof content !== 'string') {
    const bytes = Uint8Array.from(content)
    changes.forEach(({ at: fraction }, i) => {
      const offset = Math.floor(fraction * (bytes.length - 1))
      if (bytes.length > 0) bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (i % 8))
    })
    return changes.some(({ kind }) => kind === 'cut')
      ? bytes.slice(0, Math.floor((changes[0]?.at ?? 1) * bytes.length))
      : bytes
  }
  const text = changes.reduce(damagedText, content)
  if (changes.some(({ kind }) => kind === 'utf-16')) {
    const units = [0xfeff, ...Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))]
    return Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >> 8]))
  }
  const broken = changes.find(({ kind }) => kind === 'bad-byte')
  if (broken === undefined) return text
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > 0) bytes[Math.floor(broken.at * (bytes.length - 1))] = 0xff
  return bytes
}

/** Nothing a reader gives is broken, whatever it read. */
function expectSound(items: readonly ImportItem[]): void {
  const keys = new Map<string, Set<string>>()
  for (const item of items) {
    if (item.type === 'issue') expect(item.code).toMatch(/^import\/[a-z\d-]+$/)
    if (item.type !== 'region') continue
    const seen = keys.get(item.imageKey) ?? new Set()
    expect(seen.has(item.key), `region key ${item.key} once in its image`).toBe(false)
    keys.set(item.imageKey, seen.add(item.key))
    const { shape } = item
    expect(shape.type === 'keypoints' || placeOf(shape).every(Number.isFinite), 'finite coordinates').toBe(true)
    if (shape.type === 'box') expect(shape.box[0] < shape.box[2] && shape.box[1] < shape.box[3]).toBe(true)
    expect(item.confidence === undefined || (item.confidence >= 0 && item.confidence <= 1)).toBe(true)
  }
}

/** On a slow computer that does other things too. */
const MOST_MS_A_RUN = 100
const RUNS = fc.readConfigureGlobal().numRuns ?? 10_000

/** `examples`: whole files that the format reads without an issue, small ones. */
export function testDamagedFiles(
  format: Format,
  examples: readonly MemoryFileMap[],
  images: NonNullable<MemoryFiles['imageSizes']> = new Map()
): void {
  const { reader } = format
  if (reader === undefined) throw new Error(`${format.info.id} has no reader`)
  const read = async (files: MemoryFileMap): Promise<readonly ImportItem[]> => {
    const items: ImportItem[] = []
    const source = memorySource({ files, imageSizes: images })
    await reader.recognise(source)
    for await (const batch of reader.read(source, {})) items.push(...batch)
    return items
  }
  const cases = fc.constantFrom(...examples).chain((files) => {
    const paths = [...files.keys()]
    return fc.record({
      files: fc.constant(files),
      path: fc.constantFrom(...paths),
      changes: fc.array(damage, { minLength: 1, maxLength: 4 })
    })
  })

  describe(`laws of ${format.info.id}, damaged`, () => {
    test(
      'whatever happens to a file, reading it gives sound items or an import error',
      { timeout: Math.max(600_000, RUNS * MOST_MS_A_RUN) },
      async () => {
        await fc.assert(
          fc.asyncProperty(cases, async ({ files, path, changes }) => {
            const hurt = new Map(files).set(path, damaged(files.get(path) ?? '', changes))
            try {
              expectSound(await read(hurt))
            } catch (error) {
              if (!(error instanceof AppError) || !error.code.startsWith('import/')) throw error
            }
          }),
          { numRuns: RUNS }
        )
      }
    )
  })
}
