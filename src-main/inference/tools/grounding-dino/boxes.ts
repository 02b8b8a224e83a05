/**
 * @file From the outputs of Grounding DINO to boxes with the words they were found by.
 * Source: `post_process_grounded_object_detection` of GroundingDinoProcessor in transformers 4.57.
 */
import { normalizedBox } from '../../../../src-shared/geometry/space'
import type { NormalizedBox } from '../../../../src-shared/geometry/space'

export interface GroundedOutput {
  /** float32 `[queries, length]`: each query against each token of the words; beyond them −∞. */
  readonly logits: Float32Array
  /** float32 `[queries, 4]`: centre x, centre y, width, height, as fractions of the picture as it was shown. */
  readonly boxes: Float32Array
  readonly queries: number
  readonly length: number
}

export interface GroundedBox {
  /** Of the words that were asked, in their order. */
  readonly tokenIds: readonly number[]
  readonly score: number
  /** Of each token of the caption, 0 to 1. */
  readonly probabilities: readonly number[]
  /** As the model says it: may reach over the picture's edge. */
  readonly box: NormalizedBox
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value))

/** Boxes whose best word is above `threshold`, each with all words above `textThreshold`; in the order of the queries. */
export function groundedBoxes(
  { logits, boxes, queries, length }: GroundedOutput,
  ids: readonly number[],
  { threshold, textThreshold }: { readonly threshold: number; readonly textThreshold: number }
): readonly GroundedBox[] {
  return Array.from({ length: queries }, (_, query) => query).flatMap((query): readonly GroundedBox[] => {
    const probabilities = Array.from(logits.subarray(query * length, (query + 1) * length), sigmoid)
    const score = Math.max(...probabilities)
    if (!(score > threshold)) return []
    // The first token, which stands for the whole, and the last place of all name nothing.
    const tokenIds = ids.filter(
      (_id, place) => place > 0 && place < length - 1 && (probabilities[place] ?? 0) > textThreshold
    )
    const [x = 0, y = 0, w = 0, h = 0] = boxes.subarray(query * 4, query * 4 + 4)
    return [{ tokenIds, score, probabilities, box: normalizedBox(x - w / 2, y - h / 2, x + w / 2, y + h / 2) }]
  })
}
