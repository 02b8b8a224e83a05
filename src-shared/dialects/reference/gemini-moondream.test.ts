import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { gemini } from '../gemini'
import { moondream } from '../moondream'
import { agrees, expectAgreement, hasRaised, pixelsOf, readRegions, sizeOf } from './agreement'
import type { Pair, Raised, ReferenceCase, ReferenceFile } from './agreement'
import { jsonDifferences, withSortedCorners } from './json-differences'

type Found = readonly (readonly [label: string, box: readonly number[]])[]
type ReadCase = ReferenceCase<
  { readonly version?: string; readonly image: Pair; readonly text: string },
  { readonly found: Found } | Raised
>

const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/reference/${name}.json`, import.meta.url), 'utf8')) as ReferenceFile<
    ReadCase['input'],
    ReadCase['output']
  >
const foundByThem = ({ output }: ReadCase) => (hasRaised(output) ? output.raises : output.found)

/** What supervision unwraps before JSON reads the rest. */
const isWholeJson = (source: string): boolean => {
  const [, fenced = source] = /^```json\n([^]*?)(?:```|$)/m.exec(source) ?? []
  try {
    return Array.isArray(JSON.parse(fenced))
  } catch {
    return false
  }
}

const isJson = (source: string): boolean => {
  try {
    JSON.parse(source)
    return true
  } catch {
    return false
  }
}

describe('Gemini and supervision', () => {
  test.each(['2_0', '2_5'])('read the same boxes, and ours object by object where version %s gives up', (version) => {
    expectAgreement(
      load('gemini').cases.filter(({ input }) => input.version === version),
      ({ input: { image, text } }) =>
        readRegions(gemini, text, { image: sizeOf(image) }).map(({ label, numbers }) => [
          label ?? '',
          pixelsOf(numbers, image)
        ]),
      foundByThem,
      {
        differences: jsonDifferences(
          { unread: 5, lost: 1, unlabelled: 5, points: 0, reversed: version === '2_0' ? 2 : 0, strings: 0 },
          isWholeJson
        )
      }
    )
  })
})

describe('Moondream and supervision', () => {
  test('read the same boxes', () => {
    expectAgreement(
      load('moondream').cases,
      ({ input: { image, text } }) =>
        readRegions(moondream, text, { image: sizeOf(image) }).map(({ label, numbers }) => [
          label ?? '',
          pixelsOf(numbers, image)
        ]),
      // The reader takes what JSON has loaded: text that JSON cannot load has nothing for it.
      ({ output }) => (hasRaised(output) ? [] : output.found),
      {
        differences: [
          {
            says: 'The answer is no JSON, so nobody can call the reader; ours reads every whole object.',
            count: 28,
            is: ({ input: { text } }, ours, theirs) => !isJson(text) && agrees(theirs, [], 0) && ours !== theirs
          },
          {
            says: 'The list has another name; ours asks only for the four keys of a box.',
            count: 3,
            is: ({ input: { text } }) => isJson(text) && !text.includes('"objects"')
          },
          {
            says: 'Reversed corners: its reader keeps them as they are, ours swaps them.',
            count: 1,
            is: (_one, ours, theirs) => agrees(ours, withSortedCorners(theirs as Found), 1e-5)
          }
        ]
      }
    )
  })
})
