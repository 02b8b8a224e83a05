import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import type { DialectContext } from '../dialect'
import { shikra, shikraSmallBrackets, shikraToken } from '../shikra'
import { agrees, expectAgreement, hasRaised, readRegions, sizeOf, written } from './agreement'
import type { Pair, Raised, ReferenceCase, ReferenceFile, Segment } from './agreement'

type Numbers = readonly number[]
interface WriteInput {
  readonly variant: keyof typeof DIALECTS
  readonly image: Pair
  readonly padded: boolean
  readonly segments: readonly (string | { readonly boxes?: readonly Numbers[]; readonly points?: readonly Numbers[] })[]
}
type WriteCase = ReferenceCase<WriteInput, { readonly text: string } | Raised>
interface ReadOutput {
  readonly boxes: readonly (readonly Numbers[])[] | Raised
  readonly points: readonly (readonly Numbers[])[] | Raised
}
type ReadCase = ReferenceCase<{ readonly variant: keyof typeof DIALECTS; readonly text: string }, ReadOutput>

const DIALECTS = { plain: shikra, 'small-brackets': shikraSmallBrackets, token: shikraToken }
const file = JSON.parse(
  readFileSync(new URL('../fixtures/reference/shikra.json', import.meta.url), 'utf8')
) as ReferenceFile<never, never>
const of = <Case>(kind: string) => file.cases.filter((one) => one.do === kind) as unknown as readonly Case[]

const writtenByUs = ({ input: { variant, image, padded, segments } }: WriteCase): string =>
  written(
    DIALECTS[variant],
    segments.map((segment): Segment =>
      typeof segment === 'string' ? segment : { pixels: segment.boxes ?? segment.points ?? [] }
    ),
    { image: sizeOf(image), space: padded ? 'padded-square' : 'original' }
  )

/** Groups of boxes and of points, as its two readers return them. */
function readByUs({ input: { variant, text } }: ReadCase): readonly (readonly Numbers[])[][] {
  const context: DialectContext = { image: { width: 1, height: 1 }, space: 'original' }
  const regions = readRegions(DIALECTS[variant], text, context)
  return ['box', 'point'].map((kind) => {
    const groups = new Map<number, Numbers[]>()
    for (const { group, numbers, ...region } of regions)
      if (region.kind === kind) groups.set(group, [...(groups.get(group) ?? []), numbers])
    return [...groups.values()]
  })
}
const readByThem = ({ output: { boxes, points } }: ReadCase) =>
  [boxes, points].map((found) => (hasRaised(found) ? [] : found))

describe('Shikra and its released formatters', () => {
  test('write the same text', () => {
    expectAgreement(
      of<WriteCase>('write'),
      writtenByUs,
      ({ output }) => (hasRaised(output) ? output.raises : output.text),
      {
        differences: [
          {
            says: 'Its template is `str.format`, which raises at a brace of the words; ours writes the words.',
            count: 1,
            is: ({ input: { segments } }, ours, theirs) =>
              theirs === 'KeyError' && typeof ours === 'string' && ours.startsWith(`${segments[0] as string}[`)
          }
        ]
      }
    )
  })
  test('read the same regions', () => {
    expectAgreement(of<ReadCase>('read'), readByUs, readByThem, {
      tolerance: 1e-12,
      differences: [
        {
          says: 'Its token reader deletes spaces for boxes and not for points, so it cannot read the points it writes.',
          count: 20,
          is: ({ input: { text } }, ours, theirs) =>
            /<p_st>(?:<bin_\d+> +<bin_\d+>(?:<p_sep>)?)+<p_ed>/.test(text) &&
            agrees((ours as unknown[])[0], (theirs as unknown[])[0], 1e-12)
        },
        {
          says: 'There are 1001 tokens: a bin above 1000 is not one of them, and its pattern takes any digits.',
          count: 3,
          is: ({ input: { text } }) => [...text.matchAll(/<bin_(\d+)>/g)].some(([, bin]) => Number(bin) > 1000)
        }
      ]
    })
  })
})
