/**
 * @file One line of text: cut out of the picture along its own direction, and its characters from the
 * recogniser's table of probabilities (CTC).
 */
import type { Raster } from '../../image/raster'
import { resized } from '../../image/raster'
import { cornersOf } from './rotated-box'
import type { RotatedBox } from './rotated-box'

/** Lines this much taller than wide are read after a quarter turn, as PaddleOCR does. */
const UPRIGHT_FROM = 1.5

/** The part of the picture under the box, turned so that its text runs to the right. Bilinear between pixels, edges repeated. */
export function cutLine(image: Raster, box: RotatedBox): Raster {
  const width = Math.max(1, Math.round(2 * box.halfWidth))
  const height = Math.max(1, Math.round(2 * box.halfHeight))
  const [topLeft] = cornersOf(box)
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)]
  const data = new Uint8Array(width * height * 3)
  const { width: w, height: h } = image.size
  const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, value))
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const [along, across] = [((u + 0.5) * 2 * box.halfWidth) / width, ((v + 0.5) * 2 * box.halfHeight) / height]
      const x = clamp(topLeft[0] + along * cos - across * sin - 0.5, w - 1)
      const y = clamp(topLeft[1] + along * sin + across * cos - 0.5, h - 1)
      const [x0, y0] = [Math.floor(x), Math.floor(y)]
      const [x1, y1] = [Math.min(w - 1, x0 + 1), Math.min(h - 1, y0 + 1)]
      const [fx, fy] = [x - x0, y - y0]
      for (let channel = 0; channel < 3; channel++) {
        const at = (px: number, py: number): number => image.data[(py * w + px) * 3 + channel] ?? 0
        const upper = at(x0, y0) * (1 - fx) + at(x1, y0) * fx
        const lower = at(x0, y1) * (1 - fx) + at(x1, y1) * fx
        data[(v * width + u) * 3 + channel] = Math.round(upper * (1 - fy) + lower * fy)
      }
    }
  }
  const cut = { size: { width, height }, data }
  return height >= width * UPRIGHT_FROM ? turnedLeft(cut) : cut
}

/** A quarter turn against the clock. */
function turnedLeft({ size, data }: Raster): Raster {
  const target = new Uint8Array(data.length)
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const from = (y * size.width + x) * 3
      target.set(data.subarray(from, from + 3), ((size.width - 1 - x) * size.height + y) * 3)
    }
  }
  return { size: { width: size.height, height: size.width }, data: target }
}

const LINE_HEIGHT = 48
/** Shorter lines are filled up on the right, as the recogniser was trained. */
const LEAST_WIDTH = 320
const MOST_WIDTH = 3_200

export interface LineInput {
  /** float32 `[1, 3, 48, width]`, blue first, −1 to 1; 0 beside the line. */
  readonly data: Float32Array
  readonly width: number
  /** Columns of `width` that show the line. */
  readonly shown: number
}

export function lineInput(line: Raster): LineInput {
  const shown = Math.max(1, Math.min(MOST_WIDTH, Math.ceil((LINE_HEIGHT * line.size.width) / line.size.height)))
  const width = Math.max(LEAST_WIDTH, shown)
  const { data: pixels } = resized(line, { width: shown, height: LINE_HEIGHT }, 'bilinear')
  const data = new Float32Array(3 * LINE_HEIGHT * width)
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < LINE_HEIGHT; y++) {
      for (let x = 0; x < shown; x++) {
        data[(channel * LINE_HEIGHT + y) * width + x] =
          ((pixels[(y * shown + x) * 3 + (2 - channel)] ?? 0) / 255 - 0.5) / 0.5
      }
    }
  }
  return { data, width, shown }
}

export interface ReadCharacter {
  readonly text: string
  readonly probability: number
  /** Where it was seen, as a fraction of the line's length. */
  readonly start: number
  readonly end: number
}

/**
 * Greedy reading of `[steps, classes]`: repeated classes are one character, class 0 is none. Class
 * `characters.length + 1` is a space.
 */
export function readCharacters(
  probabilities: Float32Array,
  steps: number,
  classes: number,
  options: { readonly characters: readonly string[]; readonly shownShare: number }
): readonly ReadCharacter[] {
  const { characters, shownShare } = options
  const read: ReadCharacter[] = []
  let before = 0
  for (let step = 0; step < steps; step++) {
    let best = 0
    for (let at = 1; at < classes; at++) {
      if ((probabilities[step * classes + at] ?? 0) > (probabilities[step * classes + best] ?? 0)) best = at
    }
    const end = Math.min(1, (step + 1) / steps / shownShare)
    const last = read.at(-1)
    if (best === before && best !== 0 && last !== undefined) read[read.length - 1] = { ...last, end }
    else if (best !== 0) {
      read.push({
        text: characters[best - 1] ?? ' ',
        probability: probabilities[step * classes + best] ?? 0,
        start: Math.min(1, step / steps / shownShare),
        end
      })
    }
    before = best
  }
  return read
}
