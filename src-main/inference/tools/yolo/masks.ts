/**
 * @file The pixels of one thing: a sum of the picture's mask prototypes, cut to its box and made as large as the input.
 * Source: the process that YOLACT describes (D. Bolya et al., 2019), as `-seg` exports are used.
 */
import type { ImageSize } from '../../../../src-shared/geometry/space'
import type { Output, Seen } from './heads'

/** uint8 `[height, width]` of the network's input: 1 where the thing is. `prototypes` is `[1, count, h, w]`. */
export function maskOf({ box, more }: Seen, { dims, data }: Output, input: ImageSize): Uint8Array {
  const [, count = 0, rows = 0, columns = 0] = dims
  const [across, down] = [columns / input.width, rows / input.height]
  const [left, right] = [(box.x - box.width / 2) * across, (box.x + box.width / 2) * across]
  const [top, bottom] = [(box.y - box.height / 2) * down, (box.y + box.height / 2) * down]
  // Beyond its box a cell counts as zero, and takes part in that with its neighbours.
  const cells = new Float32Array(rows * columns)
  for (let y = Math.max(0, Math.ceil(top)); y < Math.min(rows, bottom); y++) {
    for (let x = Math.max(0, Math.ceil(left)); x < Math.min(columns, right); x++) {
      let sum = 0
      for (let at = 0; at < count; at++) sum += (more[at] ?? 0) * (data[(at * rows + y) * columns + x] ?? 0)
      cells[y * columns + x] = sum
    }
  }
  const mask = new Uint8Array(input.width * input.height)
  const place = (at: number, scale: number): number => Math.max(0, (at + 0.5) * scale - 0.5)
  // A cell shows as far as the middle of the next one.
  const from = (edge: number, scale: number): number => Math.max(0, Math.floor((edge - 2) / scale))
  const to = (edge: number, scale: number, most: number): number => Math.min(most, Math.ceil((edge + 2) / scale))
  for (let y = from(top, down); y < to(bottom, down, input.height); y++) {
    const row = place(y, down)
    const [upper, drop] = [Math.floor(row), row - Math.floor(row)]
    const lower = Math.min(rows - 1, upper + 1)
    for (let x = from(left, across); x < to(right, across, input.width); x++) {
      const column = place(x, across)
      const [west, share] = [Math.floor(column), column - Math.floor(column)]
      const east = Math.min(columns - 1, west + 1)
      const at = (r: number, c: number): number => cells[r * columns + c] ?? 0
      const above = at(upper, west) * (1 - share) + at(upper, east) * share
      const below = at(lower, west) * (1 - share) + at(lower, east) * share
      if (above * (1 - drop) + below * drop > 0) mask[y * input.width + x] = 1
    }
  }
  return mask
}
