/**
 * @file A list of numbers of a JSON file without an object for each of its numbers: a part of one block that many lists
 * share. Outlines are such lists, and most of what a data set weighs.
 */

export class NumberList {
  readonly block: Float64Array
  /** In the block. */
  readonly start: number
  readonly length: number

  /** Its numbers are the block's from `start` on: whoever fills the block again says for how long they stand. */
  constructor(block: Float64Array, start: number, length: number) {
    this.block = block
    this.start = start
    this.length = length
  }

  toArray(): number[] {
    const { block, start, length } = this
    // Of four at least: the corners of boxes.
    const numbers: number[] = [0, 0, 0, 0]
    for (let i = 0; i < length; i++) numbers[i] = block[start + i] as number
    numbers.length = length
    return numbers
  }
}

/** The value as `JSON.parse` gives it: lists in it are replaced where they stand. */
export function withArrays(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof NumberList) return value.toArray()
  const members = value as Record<string, unknown>
  for (const key in members) {
    const member = members[key]
    if (typeof member !== 'object' || member === null) continue
    const plain = withArrays(member)
    if (plain !== member) members[key] = plain
  }
  return value
}
