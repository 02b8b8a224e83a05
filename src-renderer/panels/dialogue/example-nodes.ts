/** @file A card's example questions, and one of them as a message. Pure. */
import type { Dialect } from '../../../src-shared/dialects/dialect'
import type { RegionRecord } from '../../../src-shared/document/records'
import { boxOrPointOf } from '../../../src-shared/geometry/shape'
import type { GroundedNode } from '../../../src-shared/grounded/nodes'
import type { ModelSummary } from '../../../src-shared/ipc/contract'

/** What a person can be asked to draw for a place. */
export type SlotKind = 'box' | 'point'

/** In the language of the window where the card has it, else as the card says it. */
export const examplesOf = (
  { examples, examplesIn }: Pick<ModelSummary, 'examples' | 'examplesIn'>,
  language: string
): readonly string[] => {
  const own = examplesIn?.[language.split('-')[0] ?? ''] ?? []
  return own.length > 0 ? own : examples
}

/** Words of an example, or a place where it wants a region. */
export type ExamplePart =
  { readonly type: 'words'; readonly value: string } | { readonly type: 'slot'; readonly kind: SlotKind }

/** Numbers of an example mean nothing in another image, so the image does not matter when they are read. */
const ANY_IMAGE = { image: { width: 1, height: 1 }, space: 'original' } as const

/** Coordinates in the model's dialect are places for regions; the rest is words. */
export function exampleParts(example: string, dialect: Dialect | null): readonly ExamplePart[] {
  if (!dialect) return [{ type: 'words', value: example }]
  const { tree } = dialect.parse(example, ANY_IMAGE)
  const kinds = new Map(tree.regions.map(({ id, shape }) => [id, boxOrPointOf(shape).type]))
  const partsOf = (node: GroundedNode): readonly ExamplePart[] => {
    if (node.type === 'text' || node.type === 'raw') return [{ type: 'words', value: node.value }]
    const slots = node.regionIds.map((id): ExamplePart => ({ type: 'slot', kind: kinds.get(id) ?? 'box' }))
    return node.type === 'phrase' ? [...node.children.flatMap(partsOf), ...slots] : slots
  }
  return tree.children.flatMap(partsOf)
}

export interface FilledExample {
  readonly nodes: readonly GroundedNode[]
  /** How many nodes stand before the first place left open; null when none is. */
  readonly gap: number | null
  readonly missing: SlotKind | null
}

/** Puts regions of the right kind into the places, the given order first come. */
export function fillExample(
  parts: readonly ExamplePart[],
  regions: readonly Pick<RegionRecord, 'id' | 'shape'>[]
): FilledExample {
  const left = [...regions]
  const nodes: GroundedNode[] = []
  let open: Pick<FilledExample, 'gap' | 'missing'> = { gap: null, missing: null }
  for (const part of parts) {
    if (part.type === 'words') {
      nodes.push({ type: 'text', value: part.value })
      continue
    }
    const index = left.findIndex(({ shape }) => boxOrPointOf(shape).type === part.kind)
    const [region] = index < 0 ? [] : left.splice(index, 1)
    if (region) nodes.push({ type: 'mention', regionIds: [region.id] })
    else if (open.gap === null) open = { gap: nodes.length, missing: part.kind }
  }
  return { nodes, ...open }
}
