/** @file Reports of tasks that are answered with boxes: REC, phrase grounding, gRefCOCO. */
import type { PixelBox } from '../../../geometry/space'
import { matchedPairs } from '../../generalized-rec'
import type { GrecSample } from '../../generalized-rec'
import { bestOverlap, hitPlace } from '../../phrase-grounding'
import type { GroundingProtocol, PhraseSample, RecallScore } from '../../phrase-grounding'
import { recOverlap } from '../../rec'
import type { RecProtocol, RecSample } from '../../rec'
import { binned, boxOutline, words, worstFirst } from '../report'
import type { Bars, Chart, Failure, Histogram, TaskReport } from '../report'
import type { Shown } from './shown'

const BINS = 20
const overlapHistogram = (ious: Iterable<number>): Histogram => ({
  kind: 'histogram',
  title: words('Overlap of answer and truth', '回答与真值的重叠'),
  axis: words('IoU', 'IoU'),
  ...{ from: 0, to: 1, counts: binned(ious, 0, 1, BINS), threshold: 0.5 }
})

const STEPS = Array.from({ length: 101 }, (_, i) => i / 100)
function accuracyCurve(ious: readonly number[]): Chart {
  const points = STEPS.map((least) => [least, ious.filter((iou) => iou >= least).length / ious.length] as const)
  return {
    kind: 'curves',
    title: words('Accuracy by the overlap that is asked for', '准确率随所要求的重叠变化'),
    x: words('least IoU', '最小 IoU'),
    y: words('accuracy', '准确率'),
    lines: [{ name: words('accuracy', '准确率'), points }]
  }
}

/** COCO's ranges, so that small objects can be told from large ones. */
const SIZES = [
  { name: words('small, < 32² px', '小，< 32² 像素'), below: 32 ** 2 },
  { name: words('medium, < 96² px', '中，< 96² 像素'), below: 96 ** 2 },
  { name: words('large', '大'), below: Infinity }
] as const

function bySize(samples: readonly { readonly truth: PixelBox; readonly isRight: boolean }[]): Bars {
  const area = ([x0, y0, x1, y1]: PixelBox): number => Math.abs((x1 - x0) * (y1 - y0))
  const rows = SIZES.map(({ name, below }, i) => {
    const from = SIZES[i - 1]?.below ?? 0
    const some = samples.filter(({ truth }) => area(truth) >= from && area(truth) < below)
    const right = some.filter(({ isRight }) => isRight).length
    return { name, values: [some.length === 0 ? null : right / some.length], count: some.length }
  })
  return {
    kind: 'bars',
    title: words('Accuracy by size of the true box', '按真值框大小的准确率'),
    series: [words('accuracy', '准确率')],
    rows
  }
}

const iouText = (iou: number): string => iou.toFixed(3)

export function reportRec(samples: readonly (Shown & RecSample)[], protocol: RecProtocol): TaskReport {
  const judged = samples.map((sample) => ({ ...sample, ...recOverlap(sample, protocol) }))
  const failures = judged.flatMap(({ id, image, asked, truth, predicted, iou, isRight }): readonly Failure[] => {
    if (isRight) return []
    const reason = predicted === null ? words('no box', '没有框') : words(`IoU ${iouText(iou)}`, `IoU ${iouText(iou)}`)
    const outlines = [boxOutline('truth', truth), ...(predicted === null ? [] : [boxOutline('said', predicted)])]
    return [
      { ...{ id, image: image === null ? null : image, asked }, reason, truth: null, said: null, outlines, score: iou }
    ]
  })
  const ious = judged.map(({ iou }) => iou)
  const charts = [overlapHistogram(ious), accuracyCurve(ious), bySize(judged)]
  return { charts, failures: worstFirst(failures) }
}

const MOST_TYPES = 12

export function reportGrounding(
  samples: readonly (Shown & PhraseSample)[],
  protocol: GroundingProtocol,
  scores: Readonly<Record<string, RecallScore>>
): TaskReport {
  const types = Object.entries(scores)
  const recalls: Bars = {
    kind: 'bars',
    title: words('Recall by type of phrase', '按短语类型的召回率'),
    series: [words('at 1', '@1'), words('at 5', '@5'), words('at 10', '@10')],
    rows: types.slice(0, MOST_TYPES).map(([name, score]) => ({
      name,
      values: [score.recallAt1, score.recallAt5, score.recallAt10],
      count: score.phrases
    })),
    ...(types.length > MOST_TYPES ? { more: types.length - MOST_TYPES } : {})
  }
  const judged = samples.map((sample) => ({
    sample,
    place: hitPlace(sample, protocol),
    iou: bestOverlap({ ...sample, said: sample.said.slice(0, 1) }, protocol)
  }))
  const failures = judged.flatMap(({ sample, place, iou }): readonly Failure[] => {
    if (place === 1) return []
    const { id, image, asked, truth, said } = sample
    const reason =
      said.length === 0
        ? words('no box', '没有框')
        : Number.isFinite(place)
          ? words(`found at place ${place}`, `在第 ${place} 位找到`)
          : words(`never found; first box IoU ${iouText(iou)}`, `未找到；首个框 IoU ${iouText(iou)}`)
    const outlines = [
      ...truth.map((box) => boxOutline('truth', box)),
      ...said.slice(0, 10).map((box, i) => boxOutline('said', box, said.length > 1 ? `${i + 1}` : ''))
    ]
    const score = said.length === 0 ? -1 : iou + (Number.isFinite(place) ? 1 : 0)
    return [{ id, image, asked, reason, truth: null, said: null, outlines, score }]
  })
  return { charts: [recalls, overlapHistogram(judged.map(({ iou }) => iou))], failures: worstFirst(failures) }
}

export function reportGrec(samples: readonly (Shown & GrecSample)[]): TaskReport {
  const judged = samples.map((sample) => {
    const pairs = matchedPairs(sample)
    const all = sample.truth.length + sample.said.length
    return { sample, pairs, f1: all === 0 ? 1 : (2 * pairs) / all }
  })
  const failures = judged.flatMap(({ sample, pairs, f1 }): readonly Failure[] => {
    const { id, image, asked, truth, said } = sample
    if (pairs === truth.length && pairs === said.length) return []
    const [missed, extra] = [truth.length - pairs, said.length - pairs]
    const reason = words(`${missed} missed, ${extra} wrong`, `漏 ${missed} 个，错 ${extra} 个`)
    const outlines = [...truth.map((box) => boxOutline('truth', box)), ...said.map((box) => boxOutline('said', box))]
    return [{ id, image, asked, reason, truth: String(truth.length), said: String(said.length), outlines, score: f1 }]
  })
  const numbers = judged.map(({ sample }) => ({ truth: sample.truth.length, said: sample.said.length }))
  return {
    charts: [
      {
        kind: 'histogram',
        title: words('F1 of each expression', '每个表达的 F1'),
        axis: words('F1', 'F1'),
        ...{
          from: 0,
          to: 1,
          counts: binned(
            judged.map(({ f1 }) => f1),
            0,
            1,
            BINS
          )
        }
      },
      numberMatrix(numbers)
    ],
    failures: worstFirst(failures)
  }
}

const MOST_NUMBERS = 8

/** How many there are against how many were said; `+` is that many or more. */
export function numberMatrix(samples: readonly { readonly truth: number; readonly said: number | null }[]): Chart {
  const top = Math.min(MOST_NUMBERS, Math.max(1, ...samples.flatMap(({ truth, said }) => [truth, said ?? 0])))
  const names = Array.from({ length: top + 1 }, (_, i) => (i === MOST_NUMBERS ? `${i}+` : String(i)))
  const hasNone = samples.some(({ said }) => said === null)
  const columns = hasNone ? [...names, '–'] : names
  const cells = names.map(() => columns.map(() => 0))
  for (const { truth, said } of samples) {
    const row = cells[Math.min(top, truth)] as number[]
    const column = said === null ? columns.length - 1 : Math.min(top, Math.max(0, said))
    row[column] = (row[column] ?? 0) + 1
  }
  return {
    kind: 'matrix',
    title: words('How many there are, and how many were said', '真实数量与回答数量'),
    row: words('truth', '真值'),
    column: words('answer', '回答'),
    rows: names,
    columns,
    cells
  }
}
