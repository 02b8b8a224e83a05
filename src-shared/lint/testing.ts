/** @file Short documents for the tests of rules. */
import type { ImageDocument, LabelRecord, RegionRecord, TurnRecord } from '../document/records'
import { documentRecord, imageRecord, regionRecord, turnRecord } from '../document/testing'
import type { RegionShape } from '../geometry/region-shape'
import { normalizedBox } from '../geometry/space'
import type { GroundedNode } from '../grounded/nodes'
import { text } from '../grounded/build'

export const LABELS: readonly LabelRecord[] = ['dog', 'cat', 'red car', '狗', '猫'].map((name, order) => ({
  id: `l-${name}`,
  name,
  colour: '#4477aa',
  order
}))

export const box = (x0: number, y0: number, x1: number, y1: number): RegionShape => ({
  type: 'box',
  box: normalizedBox(x0, y0, x1, y1)
})

export const region = (
  id: string,
  label: string | null,
  shape: RegionShape,
  patch: Partial<RegionRecord> = {}
): RegionRecord => regionRecord(id, { shape, labelId: label === null ? null : `l-${label}`, ...patch })

type Words = string | readonly GroundedNode[]

/** Turns take the roles of a dialogue: question, answer, question, … */
export function documentOf(
  regions: readonly RegionRecord[],
  turns: readonly Words[] = [],
  patch: {
    readonly done?: boolean
    readonly firstRole?: 'assistant'
    readonly turn?: Partial<TurnRecord>
    readonly relations?: readonly (readonly [subject: string, predicate: string, object: string])[]
  } = {}
): ImageDocument {
  return documentRecord({
    image: imageRecord({ size: { width: 1000, height: 500 } }),
    regions,
    turns: turns.map((words, order) =>
      turnRecord(order, typeof words === 'string' ? [text(words)] : words, {
        role: (order % 2 === 0) === (patch.firstRole === undefined) ? 'user' : 'assistant',
        provenance: { origin: 'human' },
        ...patch.turn
      })
    ),
    relations: (patch.relations ?? []).map(([subject, predicate, object], i) => ({
      id: `n${i}`,
      imageId: 'i1',
      subject,
      predicate,
      object,
      provenance: { origin: 'human' },
      createdAtMs: 1
    })),
    review: { id: 'i1', done: patch.done ?? false }
  })
}
