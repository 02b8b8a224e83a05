/**
 * @file Puts the features of the views into the order the language model was taught: the whole view, then the tiles
 * as one picture, line by line, each with the learned line end behind it.
 * Source: `pack_image_features` of `llava_onevision` in transformers 4.57.
 */
import { featuresOf } from './tiles'
import type { Mosaic } from './tiles'

/** Rows of the mosaic's features without what is cut off, `[left.height][left.width][width]` in one array. */
function lay(rows: Float32Array, { columns, side, cut, ...mosaic }: Mosaic, width: number) {
  const left = { width: columns * side - 2 * cut.width, height: mosaic.rows * side - 2 * cut.height }
  const laid = new Float32Array(left.width * left.height * width)
  for (let y = 0; y < left.height; y++) {
    const [tileRow, innerRow] = [Math.floor((y + cut.height) / side), (y + cut.height) % side]
    for (let x = 0; x < left.width; x++) {
      const [tileColumn, innerColumn] = [Math.floor((x + cut.width) / side), (x + cut.width) % side]
      // The whole view comes first.
      const tile = 1 + tileRow * columns + tileColumn
      const from = ((tile * side + innerRow) * side + innerColumn) * width
      laid.set(rows.subarray(from, from + width), (y * left.width + x) * width)
    }
  }
  return { laid, left }
}

interface Tap {
  readonly low: number
  readonly high: number
  readonly share: number
}

/** Between which two lines each new one lies, and how far from the first: half-pixel centres, no wider filter. */
const taps = (from: number, to: number): readonly Tap[] =>
  Array.from({ length: to }, (_, at) => {
    const place = Math.max(0, (at + 0.5) * (from / to) - 0.5)
    const low = Math.floor(place)
    return { low, high: Math.min(low + 1, from - 1), share: place - low }
  })

/** float32 `[1 + tiles, side × side, width]` to `[featuresOf(mosaic), width]`. `lineEnd` is float32 `[width]`. */
export function packFeatures(rows: Float32Array, lineEnd: Float32Array, mosaic: Mosaic): Float32Array {
  const width = lineEnd.length
  const base = mosaic.side * mosaic.side * width
  const packed = new Float32Array(featuresOf(mosaic) * width)
  packed.set(rows.subarray(0, base))
  const { laid, left } = lay(rows, mosaic, width)
  const { shown } = mosaic
  const isSame = shown.width === left.width && shown.height === left.height
  const [down, across] = [taps(left.height, shown.height), taps(left.width, shown.width)]
  let to = base
  for (const [y, vertical] of down.entries()) {
    if (isSame) packed.set(laid.subarray(y * left.width * width, (y + 1) * left.width * width), to)
    else {
      for (const [x, horizontal] of across.entries()) {
        const corner = (line: number, column: number): number => (line * left.width + column) * width
        const [a, b] = [corner(vertical.low, horizontal.low), corner(vertical.low, horizontal.high)]
        const [c, d] = [corner(vertical.high, horizontal.low), corner(vertical.high, horizontal.high)]
        for (let i = 0; i < width; i++) {
          const upper = (laid[a + i] ?? 0) * (1 - horizontal.share) + (laid[b + i] ?? 0) * horizontal.share
          const lower = (laid[c + i] ?? 0) * (1 - horizontal.share) + (laid[d + i] ?? 0) * horizontal.share
          packed[to + x * width + i] = upper * (1 - vertical.share) + lower * vertical.share
        }
      }
    }
    to += shown.width * width
    packed.set(lineEnd, to)
    to += width
  }
  return packed
}
