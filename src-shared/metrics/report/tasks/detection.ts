/** @file Report of detections: curves, classes, and the images with most mistakes at IoU 0.5. */
import { detectionDetail } from '../../detection-detail'
import type { Detection, TrueObject } from '../../detection'
import { boxOutline, words, worstFirst } from '../report'
import type { Bars, Failure, Outline, TaskReport } from '../report'

export interface DetectionNames {
  readonly image: (id: number) => string | null
  readonly category: (id: number) => string
}

const MOST_CATEGORIES = 20
/** Of an image, each kind. */
const MOST_OUTLINES = 25

export function reportDetection(
  truths: readonly TrueObject[],
  detections: readonly Detection[],
  names: DetectionNames
): TaskReport {
  const { curves, categories, images } = detectionDetail(truths, detections)
  const classes = categories.toSorted((a, b) => (a.ap ?? 1) - (b.ap ?? 1))
  const byClass: Bars = {
    kind: 'bars',
    title: words('AP by class, worst first', '各类别的 AP，最差的在前'),
    series: [words('AP, IoU 0.50 to 0.95', 'AP，IoU 0.50 至 0.95'), words('AP, IoU 0.50', 'AP，IoU 0.50')],
    rows: classes.slice(0, MOST_CATEGORIES).map(({ category, objects, ap, ap50 }) => ({
      name: names.category(category),
      values: [ap, ap50],
      count: objects
    })),
    ...(classes.length > MOST_CATEGORIES ? { more: classes.length - MOST_CATEGORIES } : {})
  }
  const xyxy = ([x, y, width, height]: Detection['box']) => [x, y, x + width, y + height] as const
  const failures = images.flatMap(({ image, missed, alarms }): readonly Failure[] => {
    if (missed.length === 0 && alarms.length === 0) return []
    const outlines: readonly Outline[] = [
      ...missed
        .slice(0, MOST_OUTLINES)
        .map(({ box, category }) => boxOutline('truth', xyxy(box), names.category(category))),
      ...alarms
        .slice(0, MOST_OUTLINES)
        .map(({ box, category, score }) =>
          boxOutline('said', xyxy(box), `${names.category(category)} ${score.toFixed(2)}`)
        )
    ]
    const reason = words(
      `${missed.length} missed, ${alarms.length} false alarms`,
      `漏检 ${missed.length}，误检 ${alarms.length}`
    )
    // A sure false alarm weighs as much as a miss, an unsure one little.
    const weight = missed.length + alarms.reduce((sum, { score }) => sum + Math.max(0, score), 0)
    return [
      {
        id: String(image),
        image: names.image(image),
        asked: null,
        reason,
        truth: null,
        said: null,
        outlines,
        score: -weight
      }
    ]
  })
  return {
    charts: [
      {
        kind: 'curves',
        title: words('Precision by recall, mean over classes', '精确率–召回率曲线（各类别平均）'),
        x: words('recall', '召回率'),
        y: words('precision', '精确率'),
        lines: curves.map(({ threshold, precisions }) => ({
          name: words(`IoU ${threshold.toFixed(2)}`, `IoU ${threshold.toFixed(2)}`),
          points: precisions.map((precision, i) => [i / (precisions.length - 1), precision] as const)
        }))
      },
      ...(byClass.rows.length === 0 ? [] : [byClass])
    ],
    failures: worstFirst(failures)
  }
}
