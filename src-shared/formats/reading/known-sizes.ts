/** @file One object for each size of images that a data set has: it has few, and up to a million images. */
import type { ImageSize } from '../../geometry/space'

/** Sides that fit together into an exact number. */
const MOST_SIDE = 2 ** 26

export class KnownSizes {
  readonly #sizes = new Map<number, ImageSize>()

  /** Equal sizes are the same object. */
  of(width: number, height: number): ImageSize {
    if (!(width >= 0 && width < MOST_SIDE && height >= 0 && height < MOST_SIDE)) return { width, height }
    const key = width * MOST_SIDE + height
    const known = this.#sizes.get(key)
    if (known !== undefined) return known
    const size = { width, height }
    this.#sizes.set(key, size)
    return size
  }
}
