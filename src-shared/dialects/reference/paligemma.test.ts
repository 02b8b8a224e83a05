import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { paligemma } from '../paligemma'
import { agrees, expectAgreement, hasRaised, pixelsOf, readRegions, sizeOf, written } from './agreement'
import type { Pair, Raised, ReferenceCase, ReferenceFile } from './agreement'

type Found = readonly (readonly [label: string, box: readonly number[]])[]
interface Written {
  readonly text: string
  readonly text_float32?: string
}
type WriteCase = ReferenceCase<{ readonly image: Pair; readonly box: readonly number[] }, Written>
type ScorerCase = ReferenceCase<{ readonly text: string }, { readonly yxyx: readonly number[] }>
type ReadCase = ReferenceCase<{ readonly image: Pair; readonly text: string }, { readonly found: Found } | Raised>

const file = JSON.parse(
  readFileSync(new URL('../fixtures/reference/paligemma.json', import.meta.url), 'utf8')
) as ReferenceFile<never, never>
const of = <Case>(kind: string) => file.cases.filter((one) => one.do === kind) as unknown as readonly Case[]

/** The same boxes, and every label begins as ours does. */
const isCutShort = (ours: unknown, theirs: unknown): boolean =>
  Array.isArray(ours) &&
  Array.isArray(theirs) &&
  ours.length === theirs.length &&
  (ours as Found).every(([label, box], i) => {
    const [short, other] = (theirs as Found)[i] ?? ['?', []]
    return label.startsWith(short) && agrees(box, other, 1e-6)
  })

describe('PaliGemma and big_vision', () => {
  test('write the same text', () => {
    expectAgreement(
      of<WriteCase>('write'),
      ({ input: { image, box } }) => written(paligemma, [{ pixels: [box] }], { image: sizeOf(image) }),
      ({ output }) => output.text
    )
  })
  test('read a number as the same fraction', () => {
    expectAgreement(
      of<ScorerCase>('read-scorer'),
      ({ input: { text } }) => {
        const [x0, y0, x1, y1] = readRegions(paligemma, text, { image: { width: 1, height: 1 } })[0]?.numbers ?? []
        return [y0, x0, y1, x1]
      },
      ({ output }) => output.yxyx,
      { tolerance: 1e-12 }
    )
  })
})

describe('PaliGemma and supervision', () => {
  test('read the same labels and boxes', () => {
    expectAgreement(
      of<ReadCase>('read'),
      ({ input: { image, text } }) =>
        readRegions(paligemma, text, {
          image: sizeOf(image),
          settings: { denominator: 1024, reader: 'supervision' }
        }).map(({ label, numbers }) => [(label ?? '').trim(), pixelsOf(numbers, image)]),
      ({ output }) => (hasRaised(output) ? output.raises : output.found),
      {
        differences: [
          {
            says: 'Its label is word characters, spaces and hyphens, and ends before anything else; the model writes more.',
            count: 4,
            is: (_one, ours, theirs) => isCutShort(ours, theirs)
          },
          {
            says: 'There are 1024 tokens: a number above 1023 is not one of them, and its pattern takes any four digits.',
            count: 1,
            is: ({ input: { text } }) => text.includes('<loc1024>')
          }
        ]
      }
    )
  })
})
