/** @file The sides of an image, as a file states them. */

/** No image format can say more: a PNG has 31 bits for a side. */
const LARGEST_SIDE_PX = 2 ** 31 - 1

/** Whole upright pixels that an image can have. */
export const isSide = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) <= LARGEST_SIDE_PX
