/** @file Regions written as numbers in the message, found by the dialect's own parser. */
import type { Node as ProseNode } from 'prosemirror-model'
import { findDialect } from '../../../src-shared/dialects/registry'
import { isRegionShape, isSameShape } from '../../../src-shared/geometry/shape'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import type { ImageSize } from '../../../src-shared/geometry/space'
import type { GroundedNode, RegionId } from '../../../src-shared/grounded/nodes'
import type { ModelSummary } from '../../../src-shared/ipc/contract'
import { regionInDialect } from '../../app/state/chips'
import { currentModel } from '../../app/state/dialogue'
import { drawRegion } from '../../app/state/edits'
import { setState, stateOf } from '../../app/state/studio'
import type { Studio } from '../../app/state/studio'

export interface Literal {
  readonly text: string
  readonly shape: RegionShape
  /** Editor positions, half-open. */
  readonly from: number
  readonly to: number
}

/** The first region written in words of the message; null when there is none. */
export function findLiteral(
  document: ProseNode,
  model: Pick<ModelSummary, 'dialect' | 'space'>,
  image: ImageSize
): Literal | null {
  const dialect = findDialect(model.dialect)
  if (!dialect) return null
  let found: Literal | null = null
  document.descendants((node, position) => {
    if (found || !node.isText || !node.text) return
    const source = node.text
    const { tree } = dialect.parse(source, { image, space: model.space })
    const place = firstRegion(tree.children)
    const shape = place && tree.regions.find((region) => region.id === place.id)?.shape
    if (place && shape && isRegionShape(shape)) {
      found = {
        text: source.slice(place.start, place.end),
        shape,
        from: position + place.start,
        to: position + place.end
      }
    }
  })
  return found
}

interface Place {
  readonly id: RegionId
  readonly start: number
  readonly end: number
}

/** Where a node's region is written: a mention whole, a phrase after its words. */
function firstRegion(nodes: readonly GroundedNode[]): Place | null {
  for (const node of nodes) {
    if (node.type !== 'mention' && node.type !== 'phrase') continue
    const id = node.regionIds.length === 1 ? node.regionIds[0] : undefined
    if (id === undefined || !node.position) continue
    const inner =
      node.type === 'phrase' ? (node.children.at(-1)?.position?.end ?? node.position.start) : node.position.start
    return { id, start: inner, end: node.position.end }
  }
  return null
}

/** The region the numbers mean: one of the image that reads the same, else a new one. */
export function regionForLiteral(studio: Studio, literal: Literal): RegionId | null {
  const view = stateOf(studio)
  const { document } = view
  if (!document) return null
  const model = currentModel(view)
  const size = document.image.size
  const written = (shape: RegionShape): string | null => regionInDialect(shape, size, model)?.text ?? null
  const wanted = written(literal.shape)
  const same = document.regions.find(
    ({ state, shape }) =>
      state !== 'rejected' && (isSameShape(shape, literal.shape) || (wanted !== null && written(shape) === wanted))
  )
  if (same) return same.id
  // Drawing inserts into the message by itself while it is written; here the caller puts it in place.
  setState(studio, { composerFocused: false })
  return drawRegion(studio, literal.shape)
}
