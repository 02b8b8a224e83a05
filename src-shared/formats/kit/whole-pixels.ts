/** @file Boxes for formats that count whole pixels. */

/** Each end to the nearest pixel border; at least one pixel stays, so that an end moves by less than one. */
export function wholeSide(from: number, to: number): readonly [number, number] {
  const [start, end] = [Math.round(from), Math.round(to)]
  return start < end ? [start + 0, end + 0] : [Math.floor(from) + 0, Math.floor(from) + 1]
}
