import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { miniGptV2 } from '../minigpt-v2'
import { expectAgreement, hasRaised, pixelsOf, readRegions, sizeOf, written } from './agreement'
import type { Pair, Raised, ReferenceCase, ReferenceFile } from './agreement'

type Found = { readonly found: readonly (readonly [name: string, box: readonly number[]])[] }
type WriteCase = ReferenceCase<{ readonly image: Pair; readonly box: readonly number[] }, { readonly text: string }>
type ReadCase = ReferenceCase<
  { readonly image: Pair; readonly text: string },
  { readonly scorer: Found | Raised; readonly demo: Found | Raised }
>

const file = JSON.parse(
  readFileSync(new URL('../fixtures/reference/minigpt-v2.json', import.meta.url), 'utf8')
) as ReferenceFile<never, never>
const of = <Case>(kind: string) => file.cases.filter((one) => one.do === kind) as unknown as readonly Case[]
const lengthOf = (found: unknown): number => (Array.isArray(found) ? found.length : NaN)
/** The demo keeps the boxes of one name together. */
function byName(found: Found['found'], one: Found['found'][number]): Found['found'] {
  const last = found.findLastIndex(([name]) => name === one[0])
  return last < 0 ? [...found, one] : found.toSpliced(last + 1, 0, one)
}
const foundOf = (output: Found | Raised) => (hasRaised(output) ? 'raises' : output.found)

describe('MiniGPT-v2 and its released code', () => {
  test('write the same text', () => {
    expectAgreement(
      of<WriteCase>('write'),
      ({ input: { image, box } }) => written(miniGptV2, [{ pixels: [box] }], { image: sizeOf(image) }),
      ({ output }) => output.text
    )
  })
  test('score the same box', () => {
    expectAgreement(
      of<ReadCase>('read'),
      ({ input: { image, text } }) =>
        /^[\s<>unk]*\{/.test(text)
          ? readRegions(miniGptV2, text, { image: sizeOf(image) }).map(({ numbers }) => ['', pixelsOf(numbers, image)])
          : [],
      ({ output }) => foundOf(output.scorer),
      // Its file has four decimals.
      { tolerance: 1e-3 }
    )
  })
  test('show the same phrases and boxes', () => {
    expectAgreement(
      of<ReadCase>('read').filter(({ input: { text } }) => text.includes('<p>')),
      ({ input: { image, text } }) =>
        readRegions(miniGptV2, text, { image: sizeOf(image) })
          .filter(({ label }) => label !== null)
          .map(({ label, numbers }): Found['found'][number] => [label ?? '', pixelsOf(numbers, image)])
          .reduce(byName, []),
      ({ output }) => (hasRaised(output.demo) ? 'raises' : output.demo.found.map(([name, box]) => [name.trim(), box])),
      {
        tolerance: 1e-3,
        differences: [
          {
            says: 'The demo takes the numbers of each part, whatever is around them; ours, four in braces as the scorer.',
            count: 21,
            is: (_one, ours, theirs) => lengthOf(theirs) > lengthOf(ours)
          },
          {
            says: 'The demo reads no phrase over a line break, and no box that another mark than a delimiter follows.',
            count: 4,
            is: ({ input: { text } }, ours, theirs) =>
              lengthOf(ours) > lengthOf(theirs) && /\n|\}<(?!delim>)/.test(text)
          },
          {
            says: 'The phrase of the demo goes on over another opener.',
            count: 1,
            is: ({ input: { text } }) => /<p>[^{]*<p>/.test(text)
          }
        ]
      }
    )
  })
})
