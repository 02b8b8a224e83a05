import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { florence2 } from '../florence-2'
import { agrees, expectAgreement, hasRaised, pixelsOf, readRegions, sizeOf, written } from './agreement'
import type { Difference, Pair, Raised, ReferenceCase, ReferenceFile } from './agreement'

type Found = readonly (readonly [label: string, numbers: readonly number[]])[]
interface Written {
  readonly text: string
  readonly text_float32?: string
}
type WriteCase = ReferenceCase<{ readonly image: Pair; readonly box: readonly number[] }, Written>
type ReadCase = ReferenceCase<
  { readonly task: string; readonly image: Pair; readonly text: string },
  { readonly found: Found } | Raised
>

const file = JSON.parse(
  readFileSync(new URL('../fixtures/reference/florence-2.json', import.meta.url), 'utf8')
) as ReferenceFile<never, never>
const of = <Case>(kind: string) => file.cases.filter((one) => one.do === kind) as unknown as readonly Case[]
const tasks = (...names: readonly string[]) =>
  of<ReadCase>('read').filter(({ input: { task } }) => names.includes(task))

const read = ({ input: { image, text } }: ReadCase, settings: Readonly<Record<string, string>>): Found =>
  readRegions(florence2, text, { image: sizeOf(image), settings }).map(({ label, numbers }) => [
    label ?? '',
    pixelsOf(numbers, image)
  ])
const foundOf = ({ output }: ReadCase): unknown => (hasRaised(output) ? output.raises : output.found)

/** The parts of a text that are marks to Florence-2. */
const isDamaged = (text: string): boolean =>
  text.replace(/<loc_\d+>|<\/?s>|<pad>|<\/?poly>|<sep>/g, '').search(/[<>]|loc|oc_|c_|_\d/) !== -1
const ascii = (found: unknown): Found =>
  (found as Found).map(([label, numbers]) => [[...label].filter((one) => one < '\x80').join(''), numbers])
/** Longer than two points. */
const polygonsOf = (found: unknown): Found => (found as Found).filter(([, numbers]) => numbers.length >= 6)
const unlabelled = (found: unknown): Found => (found as Found).map(([, numbers]) => ['', numbers])

const DROPPED: Omit<Difference<ReadCase>, 'count'> = {
  says: 'It drops what is not ASCII from labels.',
  is: (_one, ours, theirs) => agrees(ascii(ours), theirs, 1e-6)
}
const DAMAGED: Omit<Difference<ReadCase>, 'count'> = {
  says: 'Of a token that is broken or left over its patterns take pieces for a label; ours is the words behind it, and nothing is dropped for it.',
  is: ({ input: { text } }) => isDamaged(text)
}

describe('Florence-2 and the processor of transformers', () => {
  test('write the same text', () => {
    expectAgreement(
      of<WriteCase>('write'),
      ({ input: { image, box } }) => written(florence2, [{ pixels: [box] }], { image: sizeOf(image) }),
      ({ output }) => output.text
    )
  })
  const settings = { decode: 'whole-pixels' }
  test('read the same boxes', () => {
    expectAgreement(
      tasks('description_with_bboxes', 'phrase_grounding', 'bboxes'),
      (one) => read(one, settings),
      foundOf,
      {
        differences: [
          { ...DROPPED, count: 36 },
          {
            says: 'It takes no box without a label in these tasks, and no label with a line break; transformers.js takes both.',
            count: 7,
            is: ({ input: { task, text } }) => task !== 'bboxes' && /^(?:<\/?s>)*(?:two\nlines)?<loc_/.test(text)
          },
          {
            says: 'It takes no label in this task.',
            count: 5,
            is: ({ input: { task } }, ours, theirs) => task === 'bboxes' && agrees(unlabelled(ours), theirs, 1e-6)
          },
          { ...DAMAGED, count: 9 }
        ]
      }
    )
  })
  test('read the same quads', () => {
    expectAgreement(tasks('ocr'), (one) => read(one, { ...settings, answer: 'quads' }), foundOf, {
      differences: [{ ...DAMAGED, count: 4 }]
    })
  })
  test('read the same polygons', () => {
    expectAgreement(
      tasks('description_with_polygons', 'polygons'),
      (one) => read(one, { ...settings, answer: 'polygons' }),
      foundOf,
      {
        differences: [
          {
            says: 'It returns polygons of two points and fewer.',
            count: 15,
            is: (_one, ours, theirs) => agrees(ours, polygonsOf(theirs), 1e-6)
          },
          {
            says: 'It takes no label in this task.',
            count: 15,
            is: ({ input: { task } }, ours, theirs) =>
              task === 'polygons' && agrees(unlabelled(ours), unlabelled(polygonsOf(theirs)), 1e-6)
          },
          { ...DAMAGED, count: 7 }
        ]
      }
    )
  })
})

describe('Florence-2 and supervision', () => {
  test('read the same boxes', () => {
    expectAgreement(of<ReadCase>('read-supervision'), (one) => read(one, { decode: 'start' }), foundOf, {
      // Its boxes are in single precision.
      tolerance: 1e-3
    })
  })
})
