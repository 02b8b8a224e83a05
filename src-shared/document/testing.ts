/**
 * @file Records with nothing unusual in them, each to be changed where a test is about something: an image `i1` of
 * 640 × 480 pixels, boxes that a person drew, turns of one dialogue `d1`. For test files only.
 */
import { normalizedBox } from '../geometry/space'
import type { GroundedNode } from '../grounded/nodes'
import type { DialogueRecord, ImageDocument, ImageRecord, RegionRecord, TurnRecord } from './records'

export const imageRecord = (patch: Partial<ImageRecord> = {}): ImageRecord => ({
  id: 'i1',
  relativePath: 'a.jpg',
  contentHash: null,
  sizeBytes: 1,
  size: { width: 640, height: 480 },
  orientation: 1,
  status: 'ok',
  statusReason: null,
  ...patch
})

export const regionRecord = (id: string, patch: Partial<RegionRecord> = {}): RegionRecord => ({
  id,
  imageId: 'i1',
  shape: { type: 'box', box: normalizedBox(0.1, 0.2, 0.5, 0.75) },
  labelId: null,
  phrase: null,
  state: 'accepted',
  original: null,
  confidence: null,
  provenance: { origin: 'human' },
  createdAtMs: 1,
  ...patch
})

/** A question of a person where `order` is even, else an answer of a model. */
export const turnRecord = (
  order: number,
  children: readonly GroundedNode[],
  patch: Partial<TurnRecord> = {}
): TurnRecord => ({
  id: `t${order}`,
  dialogueId: 'd1',
  imageId: 'i1',
  order,
  role: order % 2 === 0 ? 'user' : 'assistant',
  children,
  rawText: null,
  status: 'complete',
  statusReason: null,
  provenance: { origin: order % 2 === 0 ? 'human' : 'model' },
  timings: null,
  createdAtMs: 1,
  ...patch
})

export const dialogueRecord = (patch: Partial<DialogueRecord> = {}): DialogueRecord => ({
  id: 'd1',
  imageId: 'i1',
  title: null,
  createdAtMs: 1,
  ...patch
})

/** The dialogues are those that its turns name, in order, unless they are given. */
export function documentRecord({
  image = imageRecord(),
  turns = [],
  ...patch
}: Partial<ImageDocument> = {}): ImageDocument {
  const dialogueIds = [...new Set(turns.map(({ dialogueId }) => dialogueId))]
  return {
    image,
    regions: [],
    dialogues: dialogueIds.map((id) => dialogueRecord({ id, imageId: image.id })),
    turns,
    relations: [],
    review: { id: image.id, done: false },
    ...patch
  }
}
