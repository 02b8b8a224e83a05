/** @file What one answer to a REC question is worth: whether it can be read, its box, and how sure the model was. */
import { regionConfidences } from '../../src-main/core/confidence'
import { regionUncertainties } from '../../src-main/core/uncertainty'
import { findDialect } from '../../src-shared/dialects/registry'
import type { DialectContext, DialectSpace } from '../../src-shared/dialects/dialect'
import { coordinatesOf } from '../../src-shared/geometry/shape'
import type { RecAnswer, RecQuestion } from './ask-rec'

export interface Judged {
  readonly text: string
  /** The dialect reads it strictly, without an error, as boxes alone (and words in front); or as words that say "none". */
  readonly isRead: boolean
  readonly boxes: number
  /** Of the first box with the truth; 0 without one. */
  readonly iou: number
  /** Geometric mean of its coordinates' tokens; null without a box. */
  readonly score: number | null
  /** Of each coordinate: written, true, and the standard deviation that the digits give. */
  readonly coordinates: readonly { readonly written: number; readonly truth: number; readonly deviation: number }[]
}

type Box = readonly [number, number, number, number]

function overlap(a: Box, b: Box): number {
  const side = (low: 0 | 1, high: 2 | 3): number => Math.max(0, Math.min(a[high], b[high]) - Math.max(a[low], b[low]))
  const area = (box: Box): number => (box[2] - box[0]) * (box[3] - box[1])
  const shared = side(0, 2) * side(1, 3)
  const all = area(a) + area(b) - shared
  return all > 0 ? shared / all : 0
}

export function judge(
  { texts, logProbs, rivals, stop }: RecAnswer,
  { width, height, box: truth }: RecQuestion,
  model: { readonly dialect: string; readonly space: DialectSpace }
): Judged {
  const dialect = findDialect(model.dialect)
  if (dialect === null) throw new Error(`there is no dialect ${model.dialect}`)
  const source = texts.join('')
  const context = (): DialectContext => {
    let place = 0
    const nextRegionId = (): string => `r${place++}`
    return { image: { width, height }, space: model.space, mode: 'strict', nextRegionId }
  }
  const parse = (text: string) => dialect.parse(text, context())
  const { tree, diagnostics } = parse(source)
  const boxes = tree.regions.flatMap(({ id, shape }) => {
    if (shape.type !== 'box') return []
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = coordinatesOf(shape)
    return [{ id, box: [x0, y0, x1, y1] as const }]
  })
  const isSound = stop === 'end' && !diagnostics.some(({ severity }) => severity === 'error')
  const [first] = boxes
  if (first === undefined) {
    // A box that could not be read leaves its brackets among the words.
    const isNone =
      source.trim() !== '' && tree.children.every((node) => node.type === 'text') && !/[[\]<>]/.test(source)
    return { text: source, isRead: isSound && isNone, boxes: 0, iou: 0, score: null, coordinates: [] }
  }
  const deviations = regionUncertainties(source, tree, { texts, rivals }, parse).get(first.id)?.deviations ?? []
  return {
    text: source,
    isRead: isSound,
    boxes: boxes.length,
    iou: truth === null ? 0 : overlap(first.box, truth),
    score: regionConfidences(source, tree, { texts, logProbs, rivals }).get(first.id) ?? null,
    coordinates: first.box.flatMap((written, i) => {
      const [real, deviation] = [truth?.[i], deviations[i]]
      return real === undefined || deviation === undefined ? [] : [{ written, truth: real, deviation }]
    })
  }
}
