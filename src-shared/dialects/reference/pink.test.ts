import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { pink } from '../pink'
import { expectAgreement, readRegions, sizeOf, written } from './agreement'
import type { Pair, ReferenceCase, ReferenceFile } from './agreement'

type WriteCase = ReferenceCase<{ readonly image: Pair; readonly box: readonly number[] }, { readonly text: string }>
type ReadCase = ReferenceCase<
  { readonly text: string },
  { readonly brackets: readonly (readonly number[])[]; readonly scorer: readonly number[] | null }
>

const file = JSON.parse(
  readFileSync(new URL('../fixtures/reference/pink.json', import.meta.url), 'utf8')
) as ReferenceFile<never, never>
const of = <Case>(kind: string) => file.cases.filter((one) => one.do === kind) as unknown as readonly Case[]

const boxesOf = ({ input: { text } }: ReadCase) =>
  readRegions(pink, text, { image: { width: 1, height: 1 } })
    .filter(({ kind }) => kind === 'box')
    .map(({ numbers }) => numbers)

describe('Pink and its released data set and scorer', () => {
  test('write the same text', () => {
    expectAgreement(
      of<WriteCase>('write'),
      ({ input: { image, box } }) => written(pink, [{ pixels: [box] }], { image: sizeOf(image) }),
      ({ output }) => output.text
    )
  })
  test('read the same brackets', () => {
    expectAgreement(of<ReadCase>('read'), boxesOf, ({ output }) => output.brackets)
  })
  test('score the same box', () => {
    expectAgreement(
      of<ReadCase>('read'),
      (one) => (boxesOf(one).length === 1 ? boxesOf(one)[0] : null),
      ({ output }) => output.scorer,
      {
        differences: [
          {
            says: 'Its scorer takes any four numbers of the whole answer, in brackets or not; its filter, and ours, a bracket.',
            count: 24,
            is: ({ output: { brackets } }, ours) => brackets.length === 0 && ours === null
          }
        ]
      }
    )
  })
})
