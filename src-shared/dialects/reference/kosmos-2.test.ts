import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { kosmos2 } from '../kosmos-2'
import { expectAgreement, hasRaised, readRegions, written } from './agreement'
import type { Raised, ReferenceCase, ReferenceFile } from './agreement'

type WriteCase = ReferenceCase<{ readonly box: readonly number[] }, { readonly text: string } | Raised>
interface Found {
  readonly entities: readonly (readonly [name: string, span: unknown, boxes: readonly (readonly number[])[]])[]
}
type ReadCase = ReferenceCase<{ readonly text: string }, Found>

const file = JSON.parse(
  readFileSync(new URL('../fixtures/reference/kosmos-2.json', import.meta.url), 'utf8')
) as ReferenceFile<never, never>
const of = <Case>(kind: string) => file.cases.filter((one) => one.do === kind) as unknown as readonly Case[]
const image = { width: 1, height: 1 }

describe('Kosmos-2 and the processor of transformers', () => {
  test('write the same indexes', () => {
    expectAgreement(
      of<WriteCase>('write'),
      ({ input: { box } }) => written(kosmos2, [{ pixels: [box] }], { image }).replace(/<\/?object>/g, ''),
      ({ output }) => (hasRaised(output) ? output.raises : output.text),
      {
        differences: [
          {
            says: 'It raises for a box without width or height; ours is the cell the box lies in.',
            count: 13,
            is: ({ input: { box }, output }) => hasRaised(output) && (box[0] === box[2] || box[1] === box[3])
          }
        ]
      }
    )
  })
  test('read the same phrases and boxes', () => {
    expectAgreement(
      of<ReadCase>('read'),
      ({ input: { text } }) => readRegions(kosmos2, text, { image }).map(({ label, numbers }) => [label, numbers]),
      // It names a region without a phrase after its indexes.
      ({ output: { entities } }) =>
        entities.flatMap(([name, , boxes]) => boxes.map((box) => [name.startsWith('<patch_index_') ? null : name, box]))
    )
  })
})
