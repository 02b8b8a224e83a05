/** @file Whole-pixel steps between a decoded picture and what a vision encoder reads. 8 bits per channel throughout. */
import type { ImageSize } from '../../../src-shared/geometry/space'
import { resample } from './resample'
import type { Filter } from './resample'

export type Rgb = readonly [red: number, green: number, blue: number]

/** A decoded picture, upright. `data` is uint8 `[height, width, 3]`. */
export interface Raster {
  readonly size: ImageSize
  readonly data: Uint8Array
}

export const resized = ({ data, size }: Raster, to: ImageSize, filter: Filter): Raster => ({
  size: to,
  data: resample(data, size, to, filter)
})

export function filled(size: ImageSize, colour: Rgb): Raster {
  const data = new Uint8Array(size.width * size.height * 3)
  if (colour.every((value) => value === 0)) return { size, data }
  for (let i = 0; i < data.length; i++) data[i] = colour[i % 3] ?? 0
  return { size, data }
}

/** The part of the picture that `size` covers when its corner is put at (x, y); beyond the picture it is `colour`. */
export function cut(
  from: Raster,
  at: { readonly x: number; readonly y: number },
  size: ImageSize,
  colour: Rgb = [0, 0, 0]
): Raster {
  const target = filled(size, colour)
  const left = Math.max(0, at.x)
  const right = Math.min(from.size.width, at.x + size.width)
  if (right <= left) return target
  for (let y = Math.max(0, at.y); y < Math.min(from.size.height, at.y + size.height); y++) {
    const source = (y * from.size.width + left) * 3
    target.data.set(
      from.data.subarray(source, source + (right - left) * 3),
      ((y - at.y) * size.width + (left - at.x)) * 3
    )
  }
  return target
}

/** Centred, cut off or filled with black; odd differences leave the smaller part above and to the left, as numpy's floor division does. */
export function centred(from: Raster, size: ImageSize): Raster {
  const offset = (have: number, want: number): number =>
    // Where the picture is the smaller one, the reference pads ceil(difference ÷ 2) in front.
    have >= want ? Math.floor((have - want) / 2) : -Math.ceil((want - have) / 2)
  return cut(from, { x: offset(from.size.width, size.width), y: offset(from.size.height, size.height) }, size)
}

/** In the middle of the smallest square that holds it; the rest is `colour`. */
export function squared(from: Raster, colour: Rgb): Raster {
  const { width, height } = from.size
  if (width === height) return from
  const side = Math.max(width, height)
  const at = { x: -Math.floor((side - width) / 2), y: -Math.floor((side - height) / 2) }
  return cut(from, at, { width: side, height: side }, colour)
}

/** Size with the shorter side as wanted; the longer one is cut down to whole pixels. */
export function withShortestEdge({ width, height }: ImageSize, edge: number): ImageSize {
  return width <= height
    ? { width: edge, height: Math.floor((edge * height) / width) }
    : { width: Math.floor((edge * width) / height), height: edge }
}

export interface Normalisation {
  /** Multiplies the 8-bit value first. */
  readonly scale: number
  readonly mean: Rgb
  readonly std: Rgb
}

/** float32 `[3, height, width]`: (value × scale − mean) ÷ std. */
export function toPlanes({ data, size }: Raster, { scale, mean, std }: Normalisation): Float32Array {
  const area = size.width * size.height
  const planes = new Float32Array(area * 3)
  for (let channel = 0; channel < 3; channel++) {
    const factor = scale / (std[channel] ?? 1)
    const shift = (mean[channel] ?? 0) / (std[channel] ?? 1)
    for (let i = 0; i < area; i++) planes[channel * area + i] = (data[i * 3 + channel] ?? 0) * factor - shift
  }
  return planes
}
