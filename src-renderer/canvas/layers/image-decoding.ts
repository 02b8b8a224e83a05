/**
 * @file From a URL to a picture at full size and halved sizes. Runs in the image worker, because
 * halving a large picture takes long enough to be felt; runs as well on a page.
 */
import type { ImageSize } from '../../../src-shared/geometry/space'

/** No level smaller than this on its longer side, px. */
const SMALLEST_LEVEL = 512
/** Decoding more than this at once would take over 500 MB; larger pictures are decoded smaller. */
const MOST_PIXELS = 120e6

/**
 * Bitmaps from the largest to the smallest, upright (EXIF orientation applied); the caller owns
 * them. Throws an `Error` whose message is for people, or what `signal` was aborted with.
 */
export const loadLevels = async (
  url: string,
  size: ImageSize,
  signal: AbortSignal
): Promise<readonly ImageBitmap[]> => {
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(await describeFailure(response))
  const full = await decode(await response.blob(), size)
  const levels = [full]
  try {
    checkShape(full, size)
    for (;;) {
      signal.throwIfAborted()
      const last = levels.at(-1)!
      if (Math.max(last.width, last.height) / 2 < SMALLEST_LEVEL) return levels
      levels.push(await halve(last))
    }
  } catch (error) {
    for (const level of levels) level.close()
    throw error
  }
}

const halve = (bitmap: ImageBitmap): Promise<ImageBitmap> =>
  createImageBitmap(bitmap, {
    resizeWidth: Math.max(1, Math.round(bitmap.width / 2)),
    resizeHeight: Math.max(1, Math.round(bitmap.height / 2)),
    resizeQuality: 'medium'
  })

const decode = async (blob: Blob, size: ImageSize): Promise<ImageBitmap> => {
  const options: ImageBitmapOptions = { imageOrientation: 'from-image' }
  const shrink = Math.sqrt(MOST_PIXELS / (size.width * size.height))
  if (shrink < 1) {
    options.resizeWidth = Math.round(size.width * shrink)
    options.resizeHeight = Math.round(size.height * shrink)
    options.resizeQuality = 'medium'
  }
  try {
    return await createImageBitmap(blob, options)
  } catch (error) {
    const kind = blob.type || 'unknown type'
    throw new Error(`This file (${kind}, ${blob.size} bytes) could not be decoded as a picture.`, { cause: error })
  }
}

/** A server may send a smaller rendition, but never another shape: regions would sit in the wrong place. */
const checkShape = (bitmap: ImageBitmap, size: ImageSize): void => {
  const expectedHeight = (bitmap.width * size.height) / size.width
  const expectedWidth = (bitmap.height * size.width) / size.height
  if (Math.abs(expectedHeight - bitmap.height) <= 1 || Math.abs(expectedWidth - bitmap.width) <= 1) return
  throw new Error(
    `The picture is ${bitmap.width} × ${bitmap.height}, but the project has ${size.width} × ${size.height} on record. ` +
      'The file was changed or replaced; scan the folder again.'
  )
}

const describeFailure = async (response: Response): Promise<string> => {
  const isText = /^(text\/plain|application\/json)/.test(response.headers.get('content-type') ?? '')
  const detail = isText ? (await response.text()).slice(0, 300).trim() : ''
  return `The picture could not be fetched: ${response.status} ${response.statusText}${detail ? ` (${detail})` : ''}`
}
