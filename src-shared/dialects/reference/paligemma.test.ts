import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { paligemma } from '../paligemma'
import { expectAgreement, hasRaised, pixelsOf, readRegions, sizeOf, written } from './agreement'
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
            says: 'There are 1024 tokens: a number above 1023 is not one of them, and its pattern takes any four digits.',
            count: 1,
            is: ({ input: { text } }) => text.includes('<loc1024>')
          }
        ]
      }
    )
  })
})
