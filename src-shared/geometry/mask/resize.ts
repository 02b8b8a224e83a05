/** @file A mask on another raster, by the nearest pixel. */
import type { ImageSize } from '../space'
import { RunWriter, checkedRaster } from './mask'
import type { Mask } from './mask'

/** The first new pixel whose middle lies at or after the border `edge` of the old raster. */
const firstPixel = (edge: number, from: number, to: number): number => Math.ceil((2 * edge * to - from) / (2 * from))

/** Runs inside, per column: `[start, end)` in rows. */
export function columnsOf({
  size: { width, height },
  counts
}: Mask): readonly (readonly (readonly [number, number])[])[] {
  const columns: [number, number][][] = Array.from({ length: width }, () => [])
  let at = 0
  counts.forEach((count, i) => {
    const end = at + count
    while (i % 2 === 1 && at < end) {
      const column = Math.floor(at / height)
      const until = Math.min(end, (column + 1) * height)
      columns[column]?.push([at - column * height, until - column * height])
      at = until
    }
    at = end
  })
  return columns
}

/** Each new pixel is what the old pixel under its middle was: `floor((i + ½) · from / to)` on each axis. */
export function resizeMask(mask: Mask, size: ImageSize): Mask {
  const { width, height } = checkedRaster(size)
  const old = mask.size
  const columns = columnsOf(mask)
  const runs = new RunWriter()
  for (let x = 0; x < width; x++) {
    let row = 0
    for (const [start, end] of columns[Math.floor(((2 * x + 1) * old.width) / (2 * width))] ?? []) {
      const [first, last] = [firstPixel(start, old.height, height), firstPixel(end, old.height, height)]
      runs.add(0, first - row)
      runs.add(1, last - first)
      row = last
    }
    runs.add(0, height - row)
  }
  return runs.mask({ width, height })
}
