/**
 * @file For formats with a file for each image: files that name the image of another. A copied file keeps the name of the
 * image that it was copied from, and its regions would go there.
 */
import type { ImportIssue } from '../reading/item'
import { doubted } from './issue'
import { nameValue } from './json-fields'
import { lastNameOfPath } from './references'

const IMAGE = /\.(jpe?g|png|bmp|gif|webp|tiff?|avif)$/i

/** By its name alone. */
export const isImageName = (path: string): boolean => IMAGE.test(path)
const stemOf = (path: string): string => path.replace(/\.[^./]*$/, '')

export class AnnotatedImages {
  /** By image, the first file that named it. */
  readonly #fileOf = new Map<string, string>()
  /** By path without extension. */
  readonly #images = new Map<string, string>()

  constructor(paths: Iterable<string>) {
    for (const path of paths) if (IMAGE.test(path)) this.#images.set(stemOf(path), path)
  }

  /** `reference`: the image that was taken. */
  see(file: string, reference: string): readonly ImportIssue[] {
    const found: ImportIssue[] = []
    const before = this.#fileOf.get(reference)
    if (before === undefined) this.#fileOf.set(reference, file)
    else {
      const message = `Its image ${nameValue(reference)} is that of ${before} too.`
      found.push(doubted({ file }, 'import/image-named-twice', message))
    }
    const own = this.#images.get(stemOf(file))
    if (own !== undefined && stemOf(lastNameOfPath(own)) !== stemOf(lastNameOfPath(reference.replaceAll('\\', '/')))) {
      const message = `It names the image ${nameValue(reference)}, which was taken, while there is ${nameValue(own)} of its own name.`
      found.push(doubted({ file }, 'import/other-image', message))
    }
    return found
  }
}
