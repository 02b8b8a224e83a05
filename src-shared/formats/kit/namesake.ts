/**
 * @file The image of a file's own name, in formats with a file for each image (LabelMe, Pascal VOC, Flickr30k Entities):
 * a copied file keeps the name of the image that it was copied from, and a renamed image leaves its old name behind.
 */
import { stemOfPath } from '../reading/image-references'
import type { DataSource } from '../reading/source'
import { nameValue } from './json-fields'
import { lastNameOfPath } from './references'

export interface Namesake {
  readonly reference: string
  /** For the code `import/other-image`. */
  readonly message: string
}

/**
 * What to read where `file` names the image `named` in its `field` and there is another one of its own name; null where
 * there is none. `reference` is `named`, or the other where `named` is not there.
 */
export async function namesakeOf(
  source: DataSource,
  file: string,
  named: string,
  field: string
): Promise<Namesake | null> {
  const [name, own] = [lastNameOfPath(named.replaceAll('\\', '/')), stemOfPath(lastNameOfPath(file))]
  const extension = /\.[^.]+$/.exec(name)?.[0]
  if (extension === undefined || stemOfPath(name) === own) return null
  const like = `${own}${extension}`
  if ((await source.imageSize(like, file)) === null) return null
  if ((await source.imageSize(named, file)) === null) {
    const message = `Its ${field} ${nameValue(named)} names no image here; the image of its own name was taken, ${nameValue(like)}.`
    return { reference: like, message }
  }
  const message = `Its ${field} names ${nameValue(named)}, which was taken, while there is ${nameValue(like)} of its own name.`
  return { reference: named, message }
}
