/**
 * @file What a format keeps of a project when it is written and read again, as data: the laws of a format, the
 * certificate of an export and the table in docs/formats/ are all made from it.
 */
import type { Dialect, DialectSpace } from '../dialects/dialect'
import type { AnnotationShape } from '../geometry/region-shape'
import type { ImageSize } from '../geometry/space'

export type AnnotationKind = AnnotationShape['type']

/**
 * Farthest a coordinate may be from where it was, once written and read again:
 * - `exact`: as far as floating point goes (`EXACT_PX`)
 * - `dialect`: what the dialect of the text promises
 * - a number: pixels of the upright image
 * - `fraction`: of the image's width for x and of its height for y
 */
export type FormatResolution = 'exact' | 'dialect' | number | { readonly fraction: number }

export interface FormatKeeps {
  /** Kinds of shapes that come back as what they were. */
  readonly shapes: readonly AnnotationKind[]
  /** Other shapes: left out and counted (default), or written as the box around them, which is said as a loss. */
  readonly otherShapes?: 'left-out' | 'box'
  /**
   * Which regions are written: `all` (default), or those with a label, with a phrase, with a phrase and an extent
   * (no points), or named by a turn that is written; a region for which one of several holds is written.
   */
  readonly regions?: 'all' | readonly ('labelled' | 'phrased' | 'phrased-boxes' | 'in-dialogues')[]
  /** `with-content`: an image of which nothing is written is not in the file. Default `all`. */
  readonly images?: 'all' | 'with-content'
  /** `names`: classes of regions, the list itself in no order of its own. `in-order`: the whole list, in its order. */
  readonly labels: 'none' | 'names' | 'in-order'
  readonly phrases: boolean
  /** Accepted, corrected and proposed stay apart. */
  readonly states: boolean
  readonly confidences: boolean
  /** All attributes, none, or these. */
  readonly attributes: boolean | readonly string[]
  /** `words`: the words without their regions. */
  readonly dialogues: 'none' | 'words' | 'grounded'
  /** `apart`: each question comes back with its answer as a dialogue of its own. Default `together`. */
  readonly exchanges?: 'together' | 'apart'
  /**
   * Captions: dialogues that are one turn of the assistant, which nobody asked for. `expressions`: only those that are
   * one phrase and nothing else; `words`: without their regions. Default `none`.
   */
  readonly captions?: 'none' | 'words' | 'expressions' | 'grounded'
  /**
   * False: the text does not mark which words a region belongs to, and a reader guesses them; the words and the place of
   * the region among them come back. Default true.
   */
  readonly phraseExtents?: boolean
  readonly relations: boolean
  /** Images marked as done. */
  readonly done?: boolean
  readonly resolution: FormatResolution
  /** `clipped`: what reaches outside the image is cut at its border. Default `kept`. */
  readonly outside?: 'kept' | 'clipped'
}

/** Of formats that list boxes, each with its class, its words and all that is its own, and nothing else. */
export const BOXES_WITH_WORDS: FormatKeeps = {
  shapes: ['box'],
  otherShapes: 'box',
  labels: 'names',
  phrases: true,
  states: true,
  confidences: true,
  attributes: true,
  dialogues: 'none',
  relations: false,
  resolution: 'exact'
}

/** Errors of a few roundings at sizes up to a million pixels are far below. */
export const EXACT_PX = 1e-6

export interface TextSpace {
  readonly dialect: Dialect
  readonly space?: DialectSpace
}

const ALL_KINDS: readonly AnnotationKind[] = [
  ...(['box', 'point', 'quad', 'polygon'] as const),
  ...(['polyline', 'multipolygon', 'mask', 'keypoints'] as const)
]

/** What is kept with this dialect: where coordinates stand in the text, it decides which shapes can be spelled. */
export function keepsWith(keeps: FormatKeeps, { profile }: Dialect): FormatKeeps {
  if (keeps.resolution !== 'dialect') return keeps
  return { ...keeps, shapes: ALL_KINDS.filter((kind) => (profile.kinds as readonly string[]).includes(kind)) }
}

/** Pixels of the upright image, by axis. */
export function resolutionPx(
  { resolution }: Pick<FormatKeeps, 'resolution'>,
  size: ImageSize,
  { dialect, space }: TextSpace
): { readonly x: number; readonly y: number } {
  if (resolution === 'exact') return { x: EXACT_PX, y: EXACT_PX }
  if (typeof resolution === 'number') return { x: resolution + EXACT_PX, y: resolution + EXACT_PX }
  if (resolution !== 'dialect')
    return { x: resolution.fraction * size.width + EXACT_PX, y: resolution.fraction * size.height + EXACT_PX }
  const { step, worstErrorSteps = 0.5, space: own } = dialect.profile
  const error = step * worstErrorSteps
  const used = space ?? own
  if (used === 'original') return { x: error * size.width + EXACT_PX, y: error * size.height + EXACT_PX }
  if (used === 'padded-square') {
    const side = error * Math.max(size.width, size.height) + EXACT_PX
    return { x: side, y: side }
  }
  const seen = dialect.resizedSize?.(size) ?? size
  return { x: (error * size.width) / seen.width + EXACT_PX, y: (error * size.height) / seen.height + EXACT_PX }
}
