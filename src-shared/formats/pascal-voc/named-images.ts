/** @file Which image a file of Pascal VOC means: by its `filename`, or, where that names none, by its own name. */
import { plainReference } from '../reading/image-references'
import { lastNameOfPath } from '../kit/references'
import { nameValue } from '../kit/json-fields'

const IMAGE = /\.(jpe?g|png|bmp|gif|webp|tiff?|avif|ppm)$/i
const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
const stemOf = (name: string): string => name.replace(/\.[^./]*$/, '')

export interface NamedImage {
  readonly reference: string
  readonly isExtensionGuessed?: true
  readonly issue: { readonly code: 'import/no-image' | 'import/other-image'; readonly message: string } | null
}

export class NamedImages {
  readonly #paths: ReadonlySet<string>
  /** Images by folder and stem, lower case; null where two have it. */
  readonly #byStem = new Map<string, string | null>()

  constructor(paths: readonly string[]) {
    this.#paths = new Set(paths)
    for (const path of paths) {
      if (!IMAGE.test(path)) continue
      const key = stemOf(path).toLowerCase()
      this.#byStem.set(key, this.#byStem.has(key) ? null : path)
    }
  }

  /** The image of the file's own name. */
  #like(file: string, folders: readonly string[]): string | null {
    const stem = stemOf(lastNameOfPath(file)).toLowerCase()
    for (const folder of folders) {
      const path = this.#byStem.get(folder === '' ? stem : `${folder}/${stem}`.toLowerCase())
      if (typeof path === 'string') return path
    }
    return null
  }

  /** A copied file keeps the name of the image that it was copied from. */
  #otherThan(there: string, file: string, folders: readonly string[]): NamedImage['issue'] {
    const like = this.#like(file, folders)
    if (like === null || like === there || stemOf(lastNameOfPath(there)) === stemOf(lastNameOfPath(file))) return null
    const message = `Its filename names ${nameValue(there)}, which was taken, while there is ${nameValue(like)} of its own name.`
    return { code: 'import/other-image', message }
  }

  /** `own`: the path that Eyrie wrote. */
  find(file: string, written: string | null, own: string | null): NamedImage {
    if (own !== null && own !== '' && lastNameOfPath(own) === written) return { reference: own, issue: null }
    const folder = parentOf(file)
    const folders = [folder, `${parentOf(folder)}/JPEGImages`, `${parentOf(folder)}/images`, ''].map((each) =>
      each.replace(/^\//, '')
    )
    const isNamed = written !== null && written !== ''
    if (isNamed) {
      const known = folders.map((each) => plainReference(written, each)).filter((path) => path !== null)
      const there =
        known.find((path) => this.#paths.has(path)) ??
        // ImageNet leaves the extension out.
        known.map((path) => this.#byStem.get(path.toLowerCase())).find((path) => typeof path === 'string')
      if (typeof there === 'string') return { reference: there, issue: this.#otherThan(there, file, folders) }
    }
    const like = this.#like(file, folders)
    if (like !== null) {
      const says = isNamed ? `Its filename ${nameValue(written)} names no image here` : 'It names no image'
      const message = `${says}; the image of its own name was taken, ${nameValue(like)}.`
      return { reference: like, issue: { code: isNamed ? 'import/other-image' : 'import/no-image', message } }
    }
    // ImageNet leaves the extension out.
    if (isNamed)
      return { reference: written, issue: null, ...(IMAGE.test(written) ? {} : { isExtensionGuessed: true }) }
    const message = 'It names no image; its own name was taken.'
    const reference = `${stemOf(lastNameOfPath(file))}.jpg`
    return { reference, issue: { code: 'import/no-image', message }, isExtensionGuessed: true }
  }
}
