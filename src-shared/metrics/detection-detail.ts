/** @file What lies behind the twelve numbers of COCO: curves, classes, and what is wrong on each image. */
import { curve, judge, meanOf, objectsIn, RANGES, scenesOf, THRESHOLDS } from './detection'
import type { Detection, TrueObject } from './detection'

export interface CategoryDetail {
  readonly category: number
  /** That count. */
  readonly objects: number
  readonly ap: number
  readonly ap50: number
}
/** At IoU 0.5. */
export interface ImageDetail {
  readonly image: number
  readonly missed: readonly TrueObject[]
  /** Best first. */
  readonly alarms: readonly Detection[]
}
export interface DetectionDetail {
  /** Precision at recalls 0, 0.01, … 1, the mean over classes. */
  readonly curves: readonly { readonly threshold: number; readonly precisions: readonly number[] }[]
  readonly categories: readonly CategoryDetail[]
  readonly images: readonly ImageDetail[]
}

const DRAWN = [0, 5, 8] as const

export function detectionDetail(truths: readonly TrueObject[], detections: readonly Detection[]): DetectionDetail {
  const scenes = scenesOf(truths, detections)
  const images = new Map<number, { missed: TrueObject[]; alarms: Detection[] }>()
  const categories: CategoryDetail[] = []
  const byThreshold: number[][][] = THRESHOLDS.map(() => [])
  for (const some of scenes) {
    const objects = objectsIn(some, RANGES.all)
    const first = some[0]
    for (const scene of some) {
      const judged = judge(scene, THRESHOLDS[0] ?? 0.5, RANGES.all)
      const met = new Set(judged.map(({ match }) => match))
      const missed = scene.truths.filter((truth) => !truth.isCrowd && !met.has(truth))
      const alarms = scene.detections.filter((_, i) => judged[i]?.match === null)
      const image = scene.truths[0]?.image ?? scene.detections[0]?.image
      if (image === undefined) continue
      const detail = images.get(image) ?? { missed: [], alarms: [] }
      images.set(image, detail)
      detail.missed.push(...missed)
      detail.alarms.push(...alarms)
    }
    if (objects === 0 || first === undefined) continue
    const precisions = THRESHOLDS.map(
      (threshold) =>
        curve(
          some.flatMap((scene) => judge(scene, threshold, RANGES.all)),
          objects
        ).precisions
    )
    precisions.forEach((one, i) => byThreshold[i]?.push(one))
    const category = first.truths[0]?.category ?? first.detections[0]?.category ?? 0
    categories.push({ category, objects, ap: meanOf(precisions.flat()) ?? 0, ap50: meanOf(precisions[0] ?? []) ?? 0 })
  }
  return {
    curves: DRAWN.map((index) => {
      const all = byThreshold[index] ?? []
      const length = all[0]?.length ?? 0
      const precisions = Array.from({ length }, (_, i) => meanOf(all.map((one) => one[i] ?? 0)) ?? 0)
      return { threshold: THRESHOLDS[index] ?? 0, precisions }
    }).filter(({ precisions }) => precisions.length > 0),
    categories,
    images: [...images]
      .sort(([a], [b]) => a - b)
      .map(([image, { missed, alarms }]) => ({ image, missed, alarms: alarms.toSorted((a, b) => b.score - a.score) }))
  }
}
