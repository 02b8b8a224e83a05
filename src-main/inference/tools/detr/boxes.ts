/**
 * @file From the outputs of a DETR-like detector to labelled boxes.
 * Source: `post_process_object_detection` of rt_detr, d_fine and yolos in transformers 4.57.
 */
import { normalizedBox } from '../../../../src-shared/geometry/space'
import type { Finding } from '../tool'

/** `sigmoid`: every class for itself, the best pairs of box and class. `softmax`: the last class is "nothing". */
export type Scoring = 'sigmoid' | 'softmax'

export interface DetrOutput {
  /** float32 `[queries, classes]`. */
  readonly logits: Float32Array
  /** float32 `[queries, 4]`: centre x, centre y, width, height, as fractions of the picture as it was shown. */
  readonly boxes: Float32Array
  readonly queries: number
  readonly classes: number
}

interface Scored {
  readonly query: number
  readonly label: number
  readonly score: number
}

function bySigmoid({ logits, queries, classes }: DetrOutput): Scored[] {
  const all: Scored[] = []
  for (let place = 0; place < queries * classes; place++) {
    all.push({
      query: Math.floor(place / classes),
      label: place % classes,
      score: 1 / (1 + Math.exp(-(logits[place] ?? 0)))
    })
  }
  // As many pairs as there are queries: one query may speak for several classes.
  return all.sort((a, b) => b.score - a.score).slice(0, queries)
}

function bySoftmax({ logits, queries, classes }: DetrOutput): Scored[] {
  return Array.from({ length: queries }, (_, query) => {
    const row = logits.subarray(query * classes, (query + 1) * classes)
    const most = row.reduce((max, value) => Math.max(max, value), -Infinity)
    const sum = row.reduce((total, value) => total + Math.exp(value - most), 0)
    let label = 0
    for (let at = 1; at < classes - 1; at++) if ((row[at] ?? 0) > (row[label] ?? 0)) label = at
    return { query, label, score: Math.exp((row[label] ?? 0) - most) / sum }
  })
}

/** Boxes above the threshold, the surest first; cut off at the edges of the picture. */
export function findingsOf(
  output: DetrOutput,
  options: { readonly scoring: Scoring; readonly threshold: number; readonly labels: readonly string[] }
): readonly Finding[] {
  const { scoring, threshold, labels } = options
  const scored = scoring === 'sigmoid' ? bySigmoid(output) : bySoftmax(output)
  const clamp = (value: number): number => Math.max(0, Math.min(1, value))
  return scored
    .filter(({ score }) => score > threshold)
    .sort((a, b) => b.score - a.score)
    .map(({ query, label, score }) => {
      const [x = 0, y = 0, w = 0, h = 0] = output.boxes.subarray(query * 4, query * 4 + 4)
      return {
        label: labels[label] ?? `class ${label}`,
        score,
        shape: {
          type: 'box',
          box: normalizedBox(clamp(x - w / 2), clamp(y - h / 2), clamp(x + w / 2), clamp(y + h / 2))
        }
      }
    })
}

const words = (text: string): readonly string[] => text.toLocaleLowerCase('en').match(/[\p{L}\p{N}]+/gu) ?? []
/** "cats" asks for "cat", "boxes" for "box". */
const isSame = (said: string, wanted: string): boolean =>
  said === wanted || said === `${wanted}s` || said === `${wanted}es`

/** The classes that a question names; all of them when it names none. */
export function namedClasses(question: string, classes: readonly string[]): ReadonlySet<string> {
  const said = words(question)
  const named = classes.filter((name) => {
    const wanted = words(name)
    return wanted.length > 0 && said.some((_, at) => wanted.every((word, i) => isSame(said[at + i] ?? '', word)))
  })
  return new Set(named.length === 0 ? classes : named)
}
