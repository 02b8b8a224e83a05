import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { ferret } from '../ferret'
import { agrees, expectAgreement, hasRaised, pixelsOf, readRegions, sizeOf, written } from './agreement'
import type { Pair, Raised, ReferenceCase, ReferenceFile } from './agreement'

type Found = readonly (readonly [label: string, box: readonly number[]])[]
type WriteCase = ReferenceCase<{ readonly image: Pair; readonly box: readonly number[] }, { readonly text: string }>
type ReadCase = ReferenceCase<
  { readonly image: Pair; readonly text: string },
  { readonly scorer: { readonly found: Found } | Raised; readonly demo: readonly (readonly number[])[] }
>

const file = JSON.parse(
  readFileSync(new URL('../fixtures/reference/ferret.json', import.meta.url), 'utf8')
) as ReferenceFile<never, never>
const of = <Case>(kind: string) => file.cases.filter((one) => one.do === kind) as unknown as readonly Case[]

const boxesOf = ({ input: { image, text } }: ReadCase) =>
  readRegions(ferret, text, { image: sizeOf(image) })
    .filter(({ kind }) => kind === 'box')
    .map(({ numbers }) => numbers)

describe('Ferret and its released data set, demo and scorer', () => {
  test('write the same text', () => {
    expectAgreement(
      of<WriteCase>('write'),
      ({ input: { image, box } }) => written(ferret, [{ pixels: [box] }], { image: sizeOf(image) }),
      ({ output }) => output.text
    )
  })
  test('read the same brackets as the demo', () => {
    expectAgreement(
      of<ReadCase>('read'),
      (one) => boxesOf(one).map((box) => box.map((value) => value * 1000)),
      ({ output }) => output.demo,
      {
        differences: [
          {
            says: 'Its pattern takes decimals, and then `int` raises at them; ours leaves such a bracket as words.',
            count: 2,
            is: ({ input: { text } }, ours) => /\[\d+\.\d/.test(text) && agrees(ours, [], 0)
          }
        ]
      }
    )
  })
  test('score the same boxes, where the scorer reads the whole answer', () => {
    expectAgreement(
      of<ReadCase>('read').filter(({ output }) => !hasRaised(output.scorer)),
      (one) => boxesOf(one).map((box) => pixelsOf(box, one.input.image).map((value) => Math.trunc(value + 1e-9))),
      ({ output: { scorer } }) => (hasRaised(scorer) ? [] : scorer.found.map(([, box]) => box)),
      {
        differences: [
          {
            says: 'Its scorer takes any spacing and any count of numbers; the pattern of the demo, and ours, the spelling of the model.',
            count: 12,
            is: ({ input: { text }, output: { demo } }, _ours, theirs) =>
              demo.length < (theirs as unknown[]).length && (text.match(/\]/g) ?? []).length > demo.length
          }
        ]
      }
    )
  })
})
