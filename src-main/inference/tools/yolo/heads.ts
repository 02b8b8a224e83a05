/**
 * @file From the outputs of a YOLO graph to what it saw, for the layouts that exports have. All places are pixels of the
 * network's input. Source: the documented output shapes of YOLOv5 to YOLOv12, YOLOv10 and YOLO-NAS exports.
 *
 *     [1, 4 + classes + more, places]   v8, v9, v11, v12: centre and size, scores, then masks, points or an angle
 *     [1, places, 5 + classes + more]   v5, v6, v7: the same with the chance that there is anything at all
 *     [1, boxes, 6 + more]              v10 and exports with NMS inside: corners, score, class
 *     [1, places, 4], [1, places, classes]   YOLO-NAS: corners, scores
 */
import type { YoloDescription } from './describe'

export interface Output {
  readonly dims: readonly number[]
  readonly data: Float32Array
}

/** Centre, size and direction in radians. */
export interface SeenBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly angle: number
}

export interface Seen {
  readonly box: SeenBox
  readonly label: number
  readonly score: number
  /** What follows the scores: weights of mask prototypes, or the points of a pose. */
  readonly more: Float32Array
}

export interface Head {
  readonly seen: readonly Seen[]
  readonly classes: number
  /** False: overlapping boxes of one thing are still among them. */
  readonly isFinal: boolean
  /** Of which two overlapping ones are one thing, where the layout's own code has such a number. */
  readonly leastOverlap: number
}

/** The output has no known layout; the reason is for the user. */
export class UnknownHead extends Error {}

/** As the code of each generation has it. Source: `iou_thres` of YOLOv5's detect.py, `iou` of ultralytics. */
const OVERLAP_BEFORE_V8 = 0.45
const OVERLAP = 0.7
/** No export with NMS inside gives more; anchors are always more. Source: `max_det`. */
const MOST_FINAL = 1_000
const ANGLE = 1

/** Values behind the scores of one row. */
function moreOf({ task, keypoints }: YoloDescription, masks: number): number | null {
  if (task === 'obb') return ANGLE
  if (task === 'segment') return masks
  if (task === 'pose') return keypoints === null ? null : keypoints.count * keypoints.values
  return 0
}

interface Table {
  readonly places: number
  readonly channels: number
  value(place: number, channel: number): number
  readonly isChannelsFirst: boolean
}

/** How many values a place may have in any layout, where the classes are known. */
function widthsOf({ names }: YoloDescription, more: number): ReadonlySet<number> {
  return new Set(names === null ? [] : [4 + names.length + more, 5 + names.length + more, 6 + more])
}

/** Places are usually more than values; a small input may have fewer, where the number of classes tells. */
function tableOf({ dims, data }: Output, widths: ReadonlySet<number>): Table {
  const [batch, first = 0, second = 0] = dims
  if (dims.length !== 3 || batch !== 1) throw new UnknownHead(`its output is [${dims.join(', ')}]`)
  const isChannelsFirst = widths.has(first) === widths.has(second) ? first < second : widths.has(first)
  return isChannelsFirst
    ? {
        places: second,
        channels: first,
        isChannelsFirst,
        value: (place, channel) => data[channel * second + place] ?? NaN
      }
    : {
        places: first,
        channels: second,
        isChannelsFirst,
        value: (place, channel) => data[place * second + channel] ?? NaN
      }
}

function rowsOf({ dims, data }: Output): Table {
  const [batch, places = 0, channels = 0] = dims
  if (dims.length !== 3 || batch !== 1) throw new UnknownHead(`one of its outputs is [${dims.join(', ')}]`)
  return {
    places,
    channels,
    isChannelsFirst: false,
    value: (place, channel) => data[place * channels + channel] ?? NaN
  }
}

interface Layout {
  /** Channel of the first score, and how many there are. */
  readonly scores: number
  readonly classes: number
  readonly objectness: number | null
}

function best(table: Table, place: number, { scores, classes, objectness }: Layout): { label: number; score: number } {
  let label = 0
  for (let at = 1; at < classes; at++)
    if (table.value(place, scores + at) > table.value(place, scores + label)) label = at
  const chance = objectness === null ? 1 : table.value(place, objectness)
  return { label, score: table.value(place, scores + label) * chance }
}

const moreIn = (table: Table, place: number, from: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, at) => table.value(place, from + at))

function finalRows(table: Table, more: number, threshold: number, isTurned: boolean): Seen[] {
  const seen: Seen[] = []
  for (let place = 0; place < table.places; place++) {
    const score = table.value(place, 4)
    if (!(score > threshold)) continue
    const [a = 0, b = 0, c = 0, d = 0] = moreIn(table, place, 0, 4)
    // Turned boxes are never given by corners.
    const box = isTurned
      ? { x: a, y: b, width: c, height: d, angle: table.value(place, 6) }
      : { x: (a + c) / 2, y: (b + d) / 2, width: c - a, height: d - b, angle: 0 }
    seen.push({ box, label: Math.round(table.value(place, 5)), score, more: moreIn(table, place, 6, more) })
  }
  return seen
}

/** Rows in which the chance that there is anything comes before the scores, or does not. */
function layoutOf(table: Table, more: number, description: YoloDescription): Layout {
  const { channels, isChannelsFirst } = table
  const named = description.names?.length ?? null
  const withoutChance = channels - 4 - more
  const hasChance = named === null ? !isChannelsFirst : withoutChance !== named && withoutChance - 1 === named
  const classes = hasChance ? withoutChance - 1 : withoutChance
  if (classes < 1 || (named !== null && classes !== named))
    throw new UnknownHead(
      `its output has ${channels} values for each place, which does not fit ${named === null ? 'any class' : `${named} classes`}`
    )
  return { scores: hasChance ? 5 : 4, classes, objectness: hasChance ? 4 : null }
}

/** Two outputs: corners, and scores. */
function cornersAndScores(boxes: Table, scores: Table, description: YoloDescription, threshold: number): Head {
  const classes = scores.channels
  if (description.names !== null && description.names.length !== classes)
    throw new UnknownHead(`it gives ${classes} scores for ${description.names.length} classes`)
  const seen: Seen[] = []
  for (let place = 0; place < boxes.places; place++) {
    const { label, score } = best(scores, place, { scores: 0, classes, objectness: null })
    if (!(score > threshold)) continue
    const [left = 0, top = 0, right = 0, bottom = 0] = moreIn(boxes, place, 0, 4)
    const box = { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top, angle: 0 }
    seen.push({ box, label, score, more: new Float32Array(0) })
  }
  return { seen, classes, isFinal: false, leastOverlap: OVERLAP }
}

const isFinalTable = (table: Table, more: number, { names, isFinal }: YoloDescription): boolean => {
  if (table.isChannelsFirst || table.channels !== 6 + more) return false
  if (isFinal !== null) return isFinal
  // One class with a chance of its own is as wide; it has a row for every place, and those are more.
  return table.places <= MOST_FINAL || (names !== null && names.length > 1)
}

/** What is surer than `threshold`. `masks`: how many mask prototypes a further output has. Throws `UnknownHead`. */
export function readHead(
  outputs: readonly Output[],
  description: YoloDescription,
  { threshold, masks }: { readonly threshold: number; readonly masks: number }
): Head {
  const [first, second] = outputs
  if (first === undefined) throw new UnknownHead('it has no output')
  if (second !== undefined) {
    const [one, other] = [rowsOf(first), rowsOf(second)]
    if (one.places !== other.places || (one.channels !== 4 && other.channels !== 4))
      throw new UnknownHead(`its outputs are ${outputs.map(({ dims }) => `[${dims.join(', ')}]`).join(' and ')}`)
    return one.channels === 4
      ? cornersAndScores(one, other, description, threshold)
      : cornersAndScores(other, one, description, threshold)
  }
  const more = moreOf(description, masks)
  if (more === null) throw new UnknownHead('it does not say how many points a pose has')
  const table = tableOf(first, widthsOf(description, more))
  const isTurned = description.task === 'obb'
  if (isFinalTable(table, more, description)) {
    const seen = finalRows(table, more, threshold, isTurned)
    const classes = description.names?.length ?? 1 + Math.max(0, ...seen.map(({ label }) => label))
    return { seen, classes, isFinal: true, leastOverlap: OVERLAP }
  }
  const layout = layoutOf(table, more, description)
  const seen: Seen[] = []
  for (let place = 0; place < table.places; place++) {
    const { label, score } = best(table, place, layout)
    if (!(score > threshold)) continue
    const [x = 0, y = 0, width = 0, height = 0] = moreIn(table, place, 0, 4)
    const rest = moreIn(table, place, layout.scores + layout.classes, more)
    seen.push({ box: { x, y, width, height, angle: isTurned ? (rest[0] ?? 0) : 0 }, label, score, more: rest })
  }
  const leastOverlap = layout.objectness === null ? OVERLAP : OVERLAP_BEFORE_V8
  return { seen, classes: layout.classes, isFinal: false, leastOverlap }
}
