/**
 * @file A decoded picture at full size and halved sizes, so that a small view never resamples all
 * of a large picture. Owns its bitmaps: `dispose` frees them.
 */
import type { ImageSize } from '../../../src-shared/geometry/space'

/** No level smaller than this on its longer side, px. */
const SMALLEST_LEVEL = 512
/** Decoding more than this at once would take over 500 MB; larger pictures are decoded smaller. */
const MOST_PIXELS = 120e6

export class ImagePyramid {
  private readonly levels: ImageBitmap[]
  private isDisposed = false

  private constructor(full: ImageBitmap) {
    this.levels = [full]
  }

  /** Fetches and decodes; EXIF orientation is applied. Throws `AbortError` when `signal` fires. */
  static async load(url: string, size: ImageSize, signal: AbortSignal): Promise<ImagePyramid> {
    const response = await fetch(url, { signal })
    if (!response.ok) throw new Error(await describeFailure(response))
    const blob = await response.blob()
    const shrink = Math.min(1, Math.sqrt(MOST_PIXELS / (size.width * size.height)))
    const options: ImageBitmapOptions = { imageOrientation: 'from-image', premultiplyAlpha: 'premultiply' }
    if (shrink < 1) {
      options.resizeWidth = Math.round(size.width * shrink)
      options.resizeHeight = Math.round(size.height * shrink)
      options.resizeQuality = 'medium'
    }
    const full = await decode(blob, options)
    if (signal.aborted) {
      full.close()
      signal.throwIfAborted()
    }
    if (!hasSameShape(full, size)) {
      const found = `${full.width} × ${full.height}`
      full.close()
      throw new Error(
        `The picture is ${found}, but the project has ${size.width} × ${size.height} on record. ` +
          'The file was changed or replaced; scan the folder again.'
      )
    }
    return new ImagePyramid(full)
  }

  get full(): ImageBitmap {
    return this.levels[0]!
  }

  /** Adds the halved levels one by one without blocking; `grown` runs after each. */
  async build(grown: () => void): Promise<void> {
    for (;;) {
      const last = this.levels.at(-1)!
      if (Math.max(last.width, last.height) / 2 < SMALLEST_LEVEL || this.isDisposed) return
      const half = await createImageBitmap(last, {
        resizeWidth: Math.max(1, Math.round(last.width / 2)),
        resizeHeight: Math.max(1, Math.round(last.height / 2)),
        resizeQuality: 'medium'
      })
      if (this.isDisposed) {
        half.close()
        return
      }
      this.levels.push(half)
      grown()
    }
  }

  /** The smallest level that is not smaller than `width` device pixels. */
  levelFor(width: number): ImageBitmap {
    return this.levels.findLast((level) => level.width >= width - 1) ?? this.full
  }

  dispose(): void {
    this.isDisposed = true
    for (const level of this.levels) level.close()
  }
}

const decode = async (blob: Blob, options: ImageBitmapOptions): Promise<ImageBitmap> => {
  try {
    return await createImageBitmap(blob, options)
  } catch (error) {
    const kind = blob.type || 'unknown type'
    throw new Error(`This file (${kind}, ${blob.size} bytes) could not be decoded as a picture.`, { cause: error })
  }
}

/** A server may send a smaller rendition, but never another shape: regions would sit in the wrong place. */
const hasSameShape = (bitmap: ImageBitmap, size: ImageSize): boolean => {
  const expectedHeight = (bitmap.width * size.height) / size.width
  const expectedWidth = (bitmap.height * size.width) / size.height
  return Math.abs(expectedHeight - bitmap.height) <= 1 || Math.abs(expectedWidth - bitmap.width) <= 1
}

const describeFailure = async (response: Response): Promise<string> => {
  const isText = /^(text\/plain|application\/json)/.test(response.headers.get('content-type') ?? '')
  const detail = isText ? (await response.text()).slice(0, 300).trim() : ''
  return `The picture could not be fetched: ${response.status} ${response.statusText}${detail ? ` (${detail})` : ''}`
}
