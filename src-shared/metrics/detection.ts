/**
 * @file Detection: the twelve numbers of pycocotools for boxes. Boxes are xywh in pixels; sizes go by the
 * annotation's own `area` (that of its mask) and by w·h of a detection.
 *
 * An annotation with id 0 always looks unmatched to pycocotools, since it stores the id as the match. That
 * is kept here, so that the numbers are equal, and `idZeroAnnotations` tells.
 */

type Xywh = readonly [x: number, y: number, width: number, height: number]

export interface TrueObject {
  readonly id: number
  readonly image: number
  readonly category: number
  readonly box: Xywh
  readonly area: number
  /** A crowd is never counted as missed, and takes any number of detections. */
  readonly isCrowd: boolean
}

export interface Detection {
  readonly image: number
  readonly category: number
  readonly box: Xywh
  readonly score: number
}

/** Each 0..1, or null where no object is in the range. */
export interface DetectionScore {
  readonly idZeroAnnotations: number
  readonly ap: number | null
  readonly ap50: number | null
  readonly ap75: number | null
  readonly apSmall: number | null
  readonly apMedium: number | null
  readonly apLarge: number | null
  readonly ar1: number | null
  readonly ar10: number | null
  readonly ar100: number | null
  readonly arSmall: number | null
  readonly arMedium: number | null
  readonly arLarge: number | null
}

// As numpy.linspace makes them: start + i·step, the last one exact.
const linspace = (start: number, stop: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i === count - 1 ? stop : i * ((stop - start) / (count - 1)) + start))
export const THRESHOLDS = linspace(0.5, 0.95, 10)
const RECALLS = linspace(0, 1, 101)
const MAX_DETECTIONS = 100

export interface Range {
  readonly low: number
  readonly high: number
}
export const RANGES = {
  all: { low: 0, high: 1e10 },
  small: { low: 0, high: 32 ** 2 },
  medium: { low: 32 ** 2, high: 96 ** 2 },
  large: { low: 96 ** 2, high: 1e10 }
} as const
const isOutside = (area: number, { low, high }: Range): boolean => area < low || area > high

function overlap([dx, dy, dw, dh]: Xywh, { box: [gx, gy, gw, gh], isCrowd }: TrueObject): number {
  const width = Math.min(dw + dx, gw + gx) - Math.max(dx, gx)
  const height = Math.min(dh + dy, gh + gy) - Math.max(dy, gy)
  if (width <= 0 || height <= 0) return 0
  const common = width * height
  return common / (isCrowd ? dw * dh : dw * dh + gw * gh - common)
}

/** A detection of one image and category, at one threshold. */
export interface Judged {
  readonly score: number
  /** null: no object is free that it meets. */
  readonly match: TrueObject | null
  readonly isMatched: boolean
  readonly isIgnored: boolean
}

export interface Scene {
  readonly truths: readonly TrueObject[]
  /** Best first, at most 100. */
  readonly detections: readonly Detection[]
}

/** Greedy, best score first: each takes the free true object it overlaps most, a counted one before an ignored one. */
export function judge({ truths, detections }: Scene, threshold: number, range: Range): Judged[] {
  const isIgnored = (truth: TrueObject): boolean => truth.isCrowd || isOutside(truth.area, range)
  const ordered = [...truths.filter((truth) => !isIgnored(truth)), ...truths.filter(isIgnored)]
  const taken = new Set<TrueObject>()
  return detections.map(({ box, score }) => {
    let best = Math.min(threshold, 1 - 1e-10)
    let match: TrueObject | null = null
    for (const truth of ordered) {
      if (taken.has(truth) && !truth.isCrowd) continue
      if (match !== null && !isIgnored(match) && isIgnored(truth)) break
      const iou = overlap(box, truth)
      if (iou < best) continue
      best = iou
      match = truth
    }
    if (match !== null) taken.add(match)
    const isMatched = match !== null && match.id !== 0
    const isIgnoredMatch = match !== null && isIgnored(match)
    return { score, match, isMatched, isIgnored: isIgnoredMatch || (!isMatched && isOutside(box[2] * box[3], range)) }
  })
}

/** Precision at each of the 101 recalls, and the recall in the end. */
export function curve(judged: readonly Judged[], objects: number): { precisions: number[]; recall: number } {
  const sorted = [...judged].sort((a, b) => b.score - a.score)
  let [hits, alarms] = [0, 0]
  const points = sorted.map(({ isMatched, isIgnored }) => {
    if (!isIgnored && isMatched) hits++
    else if (!isIgnored) alarms++
    return { recall: hits / objects, precision: hits / (alarms + hits + Number.EPSILON) }
  })
  let best = 0
  const ceiling = points.map(() => 0)
  for (let i = points.length - 1; i >= 0; i--) {
    best = Math.max(best, points[i]?.precision ?? 0)
    ceiling[i] = best
  }
  let at = 0
  const precisions = RECALLS.map((recall) => {
    while (at < points.length && (points[at]?.recall ?? 0) < recall) at++
    return ceiling[at] ?? 0
  })
  return { precisions, recall: hits / objects }
}

export const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

/** Scenes of each category, images in order of their ids; only those that hold anything. */
export function scenesOf(truths: readonly TrueObject[], detections: readonly Detection[]): Scene[][] {
  const scenes = new Map<number, Map<number, { truths: TrueObject[]; detections: Detection[] }>>()
  const sceneOf = ({ category, image }: { readonly category: number; readonly image: number }) => {
    const images = scenes.get(category) ?? new Map<number, { truths: TrueObject[]; detections: Detection[] }>()
    scenes.set(category, images)
    const scene = images.get(image) ?? { truths: [], detections: [] }
    images.set(image, scene)
    return scene
  }
  for (const truth of truths) sceneOf(truth).truths.push(truth)
  for (const detection of detections) sceneOf(detection).detections.push(detection)
  return [...scenes].map(([, images]) =>
    [...images]
      .sort(([a], [b]) => a - b)
      .map(([, scene]) => ({
        truths: scene.truths,
        detections: scene.detections.sort((a, b) => b.score - a.score).slice(0, MAX_DETECTIONS)
      }))
  )
}

/** How many objects count in a range. */
export const objectsIn = (scenes: readonly Scene[], range: Range): number =>
  scenes.flatMap((scene) => scene.truths).filter((truth) => !truth.isCrowd && !isOutside(truth.area, range)).length

/** Categories are all that occur; one without a counted object in a range has no part in its means. */
export function scoreDetection(truths: readonly TrueObject[], detections: readonly Detection[]): DetectionScore {
  const categories = scenesOf(truths, detections)
  const measure = (range: Range, most: number) => {
    const found = categories.flatMap((scenes) => {
      const objects = objectsIn(scenes, range)
      if (objects === 0) return []
      return THRESHOLDS.map((threshold) => ({
        threshold,
        ...curve(
          scenes.flatMap((scene) => judge(scene, threshold, range).slice(0, most)),
          objects
        )
      }))
    })
    const precision = (at?: number): number | null =>
      meanOf(
        found
          .filter(({ threshold }) => at === undefined || threshold === THRESHOLDS[at])
          .flatMap((entry) => entry.precisions)
      )
    return { precision, recall: meanOf(found.map((entry) => entry.recall)) }
  }
  const all = measure(RANGES.all, MAX_DETECTIONS)
  const small = measure(RANGES.small, MAX_DETECTIONS)
  const medium = measure(RANGES.medium, MAX_DETECTIONS)
  const large = measure(RANGES.large, MAX_DETECTIONS)
  return {
    idZeroAnnotations: truths.filter((truth) => truth.id === 0).length,
    ...{ ap: all.precision(), ap50: all.precision(0), ap75: all.precision(5) },
    ...{ apSmall: small.precision(), apMedium: medium.precision(), apLarge: large.precision() },
    ...{ ar1: measure(RANGES.all, 1).recall, ar10: measure(RANGES.all, 10).recall, ar100: all.recall },
    ...{ arSmall: small.recall, arMedium: medium.recall, arLarge: large.recall }
  }
}
