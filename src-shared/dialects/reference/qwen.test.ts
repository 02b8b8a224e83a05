import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import type { Dialect } from '../dialect'
import { QWEN25_LIMITS, smartResize } from '../kit/smart-resize'
import { qwen2Vl, qwenVl } from '../qwen-vl'
import { qwen25Vl } from '../qwen2.5-vl'
import { qwen3Vl } from '../qwen3-vl'
import { expectAgreement, hasRaised, pixelsOf, readRegions, sizeOf, written } from './agreement'
import { jsonDifferences } from './json-differences'
import type { Pair, Raised, ReferenceCase, ReferenceFile } from './agreement'

type Found = readonly (readonly [label: string, box: readonly number[]])[]
type WriteCase = ReferenceCase<
  { readonly image: Pair; readonly resized?: Pair; readonly box: readonly number[] },
  { readonly numbers: readonly number[] }
>
type FirstCase = ReferenceCase<{ readonly image: Pair; readonly text: string }, { readonly first: readonly number[] }>
type ReadAnswer = { readonly found: Found } | Raised
type ReadCase = ReferenceCase<
  { readonly image: Pair; readonly resized?: Pair; readonly text: string },
  { readonly supervision: ReadAnswer; readonly odinw: ReadAnswer }
>
type ResizeCase = ReferenceCase<
  { readonly image: Pair; readonly factor: number; readonly min_pixels: number; readonly max_pixels: number },
  { readonly transformers: Pair | Raised; readonly notebook: Pair | Raised }
>

const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/reference/${name}.json`, import.meta.url), 'utf8')) as ReferenceFile<
    never,
    never
  >
const of = <Case>(file: ReferenceFile<never, never>, kind: string) =>
  file.cases.filter((one) => one.do === kind) as unknown as readonly Case[]

const numbersIn = (source: string): readonly number[] => (source.match(/-?\d+/g) ?? []).map(Number)

/** The first pairs of parentheses are a box in its tags, of numbers the tokens can hold. */
const startsWithBox = (source: string): boolean => {
  const first = source.search(/\(.*?\),\(.*?\)/)
  const box = source.search(/<box>\(\d{1,3},\d{1,3}\),\(\d{1,3},\d{1,3}\)<\/box>/)
  return box !== -1 && box + '<box>'.length === first
}

describe('Qwen-VL and its scorer', () => {
  test('read the same first box', () => {
    expectAgreement(
      of<FirstCase>(load('qwen-vl'), 'read'),
      ({ input: { image, text } }) => {
        const [first] = readRegions(qwenVl, text, { image: sizeOf(image), settings: { denominator: 999 } })
        return first === undefined ? [0, 0, 0, 0] : pixelsOf(first.numbers, image)
      },
      ({ output }) => output.first,
      {
        // Its file has four decimals, of float32: the longest side of a picture is 30,000 pixels.
        tolerance: 4e-3,
        differences: [
          {
            says: 'Its scorer takes the first two pairs of parentheses, whatever is around them; ours, a closed `<box>`.',
            count: 34,
            is: ({ input: { text } }) => !startsWithBox(text)
          }
        ]
      }
    )
  })
})

describe('Qwen2-VL and the conversion notebook', () => {
  test('write the same numbers', () => {
    expectAgreement(
      of<WriteCase>(load('qwen2-vl'), 'write'),
      ({ input: { image, box } }) => numbersIn(written(qwen2Vl, [{ pixels: [box] }], { image: sizeOf(image) })),
      ({ output }) => output.numbers
    )
  })
})

describe('Qwen2.5-VL', () => {
  const file = load('qwen2.5-vl')
  test.each(['transformers', 'notebook'] as const)('resizes as %s does', (by) => {
    expectAgreement(
      of<ResizeCase>(file, 'resize'),
      ({ input: { image, min_pixels, max_pixels } }) => {
        const { width, height } = smartResize(sizeOf(image), {
          ...QWEN25_LIMITS,
          minPx: min_pixels,
          maxPx: max_pixels
        })
        return [height, width]
      },
      ({ output }) => output[by],
      {
        differences: [
          {
            says: 'It refuses a picture longer than 200 times its width, and the notebook a side below the factor.',
            count: by === 'notebook' ? 16 : 11,
            is: ({ input: { image } }, _ours, theirs) =>
              hasRaised(theirs as object) &&
              (Math.max(...image) > 200 * Math.min(...image) || (by === 'notebook' && Math.min(...image) < 28))
          }
        ]
      }
    )
  })
  test('writes the numbers of the conversion notebook', () => {
    expectAgreement(
      of<WriteCase>(file, 'write'),
      ({ input: { image, resized = image, box } }) =>
        numbersIn(
          (/\[([^[\]]*)\]/.exec(
            written(qwen25Vl, [{ label: 'x', pixels: [box] }], { image: sizeOf(image), resized: sizeOf(resized) })
          ) ?? [''])[0]
        ),
      ({ output }) => output.numbers
    )
  })
})

/** What both of their readers unwrap before Python or JSON reads the rest. */
const isWholeJson = (source: string): boolean => {
  const body = source
    .trim()
    .replace(/^```json/, '')
    .replace(/```$/, '')
  try {
    return Array.isArray(JSON.parse(body))
  } catch {
    return false
  }
}

const readByUs =
  (dialect: Dialect) =>
  ({ input: { image, resized, text } }: ReadCase) =>
    readRegions(dialect, text, {
      image: sizeOf(image),
      ...(resized === undefined ? {} : { resized: sizeOf(resized) })
    }).map(({ label, numbers }) => [label ?? '', pixelsOf(numbers, image)])

describe.each([
  ['qwen2.5-vl', qwen25Vl, { supervision: [17, 5, 6, 1, 2, 1], odinw: [31, 0, 6, 1, 2, 1] }],
  ['qwen3-vl', qwen3Vl, { supervision: [17, 2, 4, 1, 7, 1], odinw: [34, 0, 4, 1, 7, 1] }]
] as const)('%s', (name, dialect, counts) => {
  test.each(['supervision', 'odinw'] as const)(
    'reads what %s reads, and object by object where that gives up',
    (by) => {
      const [unread = 0, lost = 0, unlabelled = 0, points = 0, reversed = 0, strings = 0] = counts[by]
      expectAgreement(
        of<ReadCase>(load(name), 'read'),
        readByUs(dialect),
        ({ output }) => {
          const answer = output[by]
          return hasRaised(answer) ? answer.raises : answer.found
        },
        { differences: jsonDifferences({ unread, lost, unlabelled, points, reversed, strings }, isWholeJson) }
      )
    }
  )
})
