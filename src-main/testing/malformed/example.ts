/**
 * @file A small valid data set of a format, as the tools of the field write it, with the places named at which it can
 * be damaged: `‹kind:literal›` stands for the literal. Two pictures: a.jpg is 640 × 480, b.jpg 480 × 640.
 *
 * Kinds: `b` a number of a box (four that follow each other are one), `p` a coordinate of an outline or a point, `l` a
 * class, `c` a class by its number, `i` a reference to an image, `w` and `h` a size, `n` an id, `r` a reference to one,
 * `t` words. In JSON a literal of words has its quotes.
 */
import type { FormatId } from '../../../src-shared/formats/format'
import type { ImageSize } from '../../../src-shared/geometry/space'

export type Syntax = 'json' | 'xml' | 'text'

export interface Example {
  readonly format: FormatId
  /** Unique among those of its format. */
  readonly name: string
  readonly syntax: Syntax
  readonly order: 'xyxy' | 'xywh' | 'cxcywh' | 'yxyx'
  readonly unit: 'pixels' | 'fractions' | 'percent' | 'thousandths'
  readonly files: Readonly<Record<string, string>>
  /** A file for each image: one that is not there is nothing to miss. */
  readonly isFolder?: boolean
  /** Any two opposite corners make a box. */
  readonly isAnyCorners?: boolean
  /** Its last column is words, so what is cut off of it does not show. */
  readonly endsInWords?: boolean
  /** Places of a JSON file, as `annotations.*.segmentation`, that need not be there. */
  readonly optional?: readonly string[]
}

export const IMAGES: ReadonlyMap<string, ImageSize> = new Map([
  ['a.jpg', { width: 640, height: 480 }],
  ['b.jpg', { width: 480, height: 640 }]
])

export type FieldKind = 'b' | 'p' | 'l' | 'c' | 'i' | 'w' | 'h' | 'n' | 'r' | 't'

export interface Field {
  readonly kind: FieldKind
  readonly literal: string
}

export type Piece = string | Field

const MARKER = /‹([a-z]):([^›]*)›/g

/** Text and fields in turn. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(MARKER)) {
    pieces.push(text.slice(from, match.index), { kind: match[1] as FieldKind, literal: match[2] ?? '' })
    from = match.index + match[0].length
  }
  return [...pieces, text.slice(from)]
}

export const textOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : piece.literal)).join('')

/** The undamaged files. */
export const filesOf = ({ files }: Example): ReadonlyMap<string, string> =>
  new Map(Object.entries(files).map(([path, text]) => [path, textOf(piecesOf(text))]))
