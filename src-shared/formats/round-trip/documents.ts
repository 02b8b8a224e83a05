/** @file What came back as documents again, so that it can be written once more. */
import type { ImageDocument, LabelRecord, RegionRecord, TurnRecord } from '../../document/records'
import type { RegionShape } from '../../geometry/region-shape'
import { mapNodes } from '../../grounded/visit'
import type { ContentImage, ProjectContent } from './content'

export interface DocumentsWithLabels {
  readonly labels: readonly LabelRecord[]
  readonly documents: readonly ImageDocument[]
}

/** Ids come from places in the content: the same content gives the same documents. Sizes must be known. */
export function documentsOf(content: ProjectContent): DocumentsWithLabels {
  const labels = content.labels.map((name, order) => ({ id: `label-${order}`, name, colour: '#888888', order }))
  const idOfLabel = new Map(labels.map(({ id, name }) => [name, id]))
  return { labels, documents: content.images.map((image, i) => documentOf(image, `image-${i}`, idOfLabel)) }
}

function documentOf(image: ContentImage, imageId: string, idOfLabel: ReadonlyMap<string, string>): ImageDocument {
  const idOfKey = new Map(image.regions.map(({ key }, i) => [key, `${imageId}-region-${i}`]))
  const regions = image.regions.map((region, i): RegionRecord & { attributes: typeof region.attributes } => ({
    id: `${imageId}-region-${i}`,
    imageId,
    shape: region.shape as RegionShape,
    labelId: region.label === null ? null : (idOfLabel.get(region.label) ?? null),
    phrase: region.phrase,
    state: region.state,
    original: region.state === 'corrected' ? (region.shape as RegionShape) : null,
    confidence: region.confidence,
    provenance: { origin: region.origin },
    createdAtMs: i,
    attributes: region.attributes
  }))
  const dialogues = image.dialogues.map(({ title }, i) => ({
    id: `${imageId}-dialogue-${i}`,
    imageId,
    title,
    createdAtMs: i
  }))
  const turns = image.dialogues.flatMap((dialogue, i) =>
    dialogue.turns.map(({ role, children }, order): TurnRecord => ({
      id: `${imageId}-turn-${i}-${order}`,
      dialogueId: `${imageId}-dialogue-${i}`,
      imageId,
      order,
      role,
      children: mapNodes(children, (node) =>
        node.type === 'phrase' || node.type === 'mention'
          ? { ...node, regionIds: node.regionIds.map((key) => idOfKey.get(key) ?? key) }
          : node
      ),
      rawText: null,
      status: 'complete',
      statusReason: null,
      provenance: { origin: 'import' },
      timings: null,
      createdAtMs: order
    }))
  )
  const relations = image.relations.map(({ subject, predicate, object }, i) => ({
    id: `${imageId}-relation-${i}`,
    imageId,
    subject: idOfKey.get(subject) ?? subject,
    predicate,
    object: idOfKey.get(object) ?? object,
    provenance: { origin: 'import' as const },
    createdAtMs: i
  }))
  return {
    image: {
      id: imageId,
      relativePath: image.path,
      contentHash: null,
      sizeBytes: 1,
      size: image.size,
      orientation: 1,
      status: 'ok',
      statusReason: null
    },
    regions,
    dialogues,
    turns,
    relations,
    review: { id: imageId, done: image.done }
  }
}
