import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { deepSeekVl2 } from '../deepseek-vl2'
import { internVl } from '../internvl'
import { agrees, expectAgreement, hasRaised, pixelsOf, readRegions, sizeOf } from './agreement'
import type { Pair, Raised, ReferenceCase, ReferenceFile } from './agreement'

type Found = readonly (readonly [label: string, box: readonly number[]])[]
type Answer = { readonly found: Found } | Raised
type DeepSeekCase = ReferenceCase<{ readonly image: Pair; readonly text: string }, Answer>
type InternCase = ReferenceCase<
  { readonly image: Pair; readonly text: string },
  { readonly scorer: { readonly first: readonly number[] } | Raised; readonly demo: Answer }
>

const load = <Input, Output>(name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/reference/${name}.json`, import.meta.url), 'utf8')) as ReferenceFile<
    Input,
    Output
  >
const foundBy = (answer: Answer): Found | string => (hasRaised(answer) ? answer.raises : answer.found)

/** Everything of `few` is in `many`, in order. */
function holds(many: Found, few: Found, tolerance: number): boolean {
  let at = 0
  for (const one of many) if (at < few.length && agrees(one, few[at], tolerance)) at++
  return at === few.length
}

/** The first bracket of the answer opens a whole list of whole numbers in its tags. */
const startsWithBox = (source: string): boolean => {
  const box = source.search(/<box>\[\[\d+, \d+, \d+, \d+\](?:, \[\d+, \d+, \d+, \d+\])*\]<\/box>/)
  return box !== -1 && box + '<box>'.length === source.indexOf('[')
}

describe('DeepSeek-VL2 and supervision', () => {
  test('read the same labels and boxes', () => {
    expectAgreement(
      load<DeepSeekCase['input'], DeepSeekCase['output']>('deepseek-vl2').cases,
      ({ input: { image, text } }) =>
        readRegions(deepSeekVl2, text, { image: sizeOf(image) }).map(({ label, numbers }) => [
          (label ?? '').trim(),
          pixelsOf(numbers, image)
        ]),
      ({ output }) => foundBy(output),
      // The reference keeps float32.
      {
        tolerance: 1e-3,
        differences: [
          {
            says: 'Its reader raises for the whole answer when it has not as many labels as boxes, or one bracket is broken; ours reads every whole pair.',
            count: 54,
            is: (_one, _ours, theirs) => theirs === 'ValueError'
          },
          {
            says: 'Its reader takes the whole brackets of a broken list; ours refuses the list.',
            count: 4,
            is: (_one, ours, theirs) => holds(theirs as Found, ours as Found, 1e-3)
          }
        ]
      }
    )
  })
})

describe('InternVL', () => {
  const { cases } = load<InternCase['input'], InternCase['output']>('internvl')
  test('and its demo read the same labels and boxes', () => {
    expectAgreement(
      cases,
      ({ input: { image, text } }) =>
        readRegions(internVl, text, { image: sizeOf(image) }).map(({ label, numbers }) => [
          (label ?? '').trim(),
          numbers
        ]),
      ({ output }) => foundBy(output.demo),
      {
        differences: [
          {
            says: 'Its reader evaluates the list as Python and loses the whole answer when that fails; ours reads every whole object.',
            count: 12,
            is: (_one, _ours, theirs) => theirs === 'SyntaxError' || theirs === 'NameError'
          },
          {
            says: 'A box without a whole `<ref>` before it: its reader takes pairs only, ours is a region without words.',
            count: 23,
            is: (_one, ours, theirs) =>
              agrees(
                (ours as Found).filter(([label]) => label !== ''),
                (theirs as Found).filter(([label]) => label !== ''),
                1e-6
              )
          },
          {
            says: 'Its reader evaluates what is no number (`8>17`, `- 714`) and does not count; ours refuses the list.',
            count: 7,
            is: (_one, ours, theirs) => holds(theirs as Found, ours as Found, 1e-6)
          },
          {
            says: 'A `<ref>` that is not closed: its label goes on to the next `</ref>`, markup and all.',
            count: 5,
            is: (_one, _ours, theirs) => (theirs as Found).some(([label]) => label.includes('<'))
          },
          {
            says: 'One pair of brackets: its demo wants two, its scorer and ours take it.',
            count: 1,
            is: ({ input: { text } }) => /<box>\[\d[^[\]]*\]<\/box>/.test(text)
          },
          {
            says: 'Its reader wants no line break in a list; ours allows it.',
            count: 1,
            is: ({ input: { text } }, ours, theirs) =>
              /\[\[[^\]]*\n/.test(text) && holds(ours as Found, theirs as Found, 1e-6)
          }
        ]
      }
    )
  })
  test('and its scorer read the same first box', () => {
    expectAgreement(
      cases,
      ({ input: { image, text } }) => {
        const [first] = readRegions(internVl, text, { image: sizeOf(image) })
        return first === undefined ? [0, 0, 0, 0] : pixelsOf(first.numbers, image)
      },
      ({ output: { scorer } }) => (hasRaised(scorer) ? scorer.raises : scorer.first),
      {
        tolerance: 4e-3,
        differences: [
          {
            says: 'Its scorer takes the first four values between brackets, whatever is around them; ours, a closed `<box>`.',
            count: 36,
            is: ({ input: { text } }) => !startsWithBox(text)
          },
          {
            says: 'It divides by 1000 only numbers that sum to 4 or more, so a box of borders, or of fractions, is the picture.',
            count: 1,
            is: ({ input: { text } }) => /\[\[(?:[01]|0\.\d), /.test(text)
          }
        ]
      }
    )
  })
})
