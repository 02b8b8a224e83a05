/**
 * @file The shape that LLaVA-OneVision gives a picture: one whole view, and tiles of the best of the sizes it was trained
 * with. Source: the processor of `llava_onevision` and `select_best_resolution` in transformers 4.57.
 */
import type { ImageSize } from '../../../../src-shared/geometry/space'

/** Rows of features that stand for the tiles, before their line ends. */
export interface Mosaic {
  /** Tiles in a line, and lines of them. */
  readonly columns: number
  readonly rows: number
  /** Features along a side of a tile. */
  readonly side: number
  /** Features of the whole mosaic that are cut off on each side: they saw only the border. */
  readonly cut: ImageSize
  /** Features that are left, after the mosaic was made smaller if it had too many. */
  readonly shown: ImageSize
}

/** The size that shows most of the picture; of several, the one that wastes least. The first one wins a draw. */
export function bestResolution(image: ImageSize, sizes: readonly ImageSize[]): ImageSize {
  let best: ImageSize | undefined
  let [most, least] = [0, Infinity]
  for (const size of sizes) {
    const scale = Math.min(size.width / image.width, size.height / image.height)
    const shown = Math.trunc(image.width * scale) * Math.trunc(image.height * scale)
    const useful = Math.min(shown, image.width * image.height)
    const wasted = size.width * size.height - useful
    if (useful > most || (useful === most && wasted < least)) [best, most, least] = [size, useful, wasted]
  }
  // A picture so thin that nothing of it is left in any size.
  return best ?? sizes[0] ?? image
}

/** The picture in proportion, as large as fits. */
export function fitted(image: ImageSize, into: ImageSize): ImageSize {
  const [across, down] = [into.width / image.width, into.height / image.height]
  return across < down
    ? { width: into.width, height: Math.min(Math.ceil(image.height * across), into.height) }
    : { width: Math.min(Math.ceil(image.width * down), into.width), height: into.height }
}

/** More features than this times the allowed number are made fewer. */
const SLACK = 1.1

/** Python's `int(round(value, 7))`. */
const whole = (value: number): number => Math.trunc(Number(value.toFixed(7)))

export function mosaicOf(
  image: ImageSize,
  grid: { readonly columns: number; readonly rows: number },
  { side, mostTiles }: { readonly side: number; readonly mostTiles: number }
): Mosaic {
  const full = { width: grid.columns * side, height: grid.rows * side }
  const cut =
    image.width / image.height > full.width / full.height
      ? { width: 0, height: Math.floor((full.height - whole(image.height * (full.width / image.width))) / 2) }
      : { width: Math.floor((full.width - whole(image.width * (full.height / image.height))) / 2), height: 0 }
  const left = { width: full.width - 2 * cut.width, height: full.height - 2 * cut.height }
  const ratio = Math.sqrt((left.height * left.width) / (mostTiles * side ** 2))
  const shown =
    ratio > SLACK ? { width: Math.floor(left.width / ratio), height: Math.floor(left.height / ratio) } : left
  return { ...grid, side, cut, shown }
}

/** Of the whole view, of the tiles, and one line end for each line of the mosaic. */
export const featuresOf = ({ side, shown }: Mosaic): number => side * side + shown.height * (shown.width + 1)
