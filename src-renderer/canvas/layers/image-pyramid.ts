/**
 * @file A decoded picture at full size and halved sizes, so that a small view never resamples all
 * of a large picture. Owns its bitmaps: `dispose` frees them.
 */
export class ImagePyramid {
  private readonly levels: readonly ImageBitmap[]

  /** `levels` from the largest to the smallest, at least one. */
  constructor(levels: readonly ImageBitmap[]) {
    this.levels = levels
  }

  /** The smallest level that is not smaller than `width` device pixels. */
  levelFor(width: number): ImageBitmap {
    return this.levels.findLast((level) => level.width >= width - 1) ?? this.levels[0]!
  }

  dispose(): void {
    for (const level of this.levels) level.close()
  }
}
