/** @file Which image a training record is about, in the spellings that records have for it. */
import type { ImageSize } from '../../../geometry/space'
import type { ImportIssue } from '../../reading/item'
import { plainReference } from '../../reading/image-references'
import type { DataSource } from '../../reading/source'
import { skipped } from '../issue'
import type { Whereabouts } from '../issue'
import { isObject, nameValue, own } from '../json-fields'
import type { JsonObject } from '../json-fields'
import type { RecordImage } from './record-reading'
import { isSide } from '../sides'

/** One name, or why the record cannot be read. */
export type ImageChoice =
  | {
      readonly reference: string
      /** How often a list names it; absent: once. */
      readonly times?: number
    }
  | { readonly code: `import/${string}`; readonly message: string }

const MEDIA = ['video', 'videos', 'audio', 'audios'] as const
const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)

export const isEmbedded = (reference: string): boolean => /^data:/i.test(reference.slice(0, 8))

/** A name, a list of one name, or an object with a path, as Hugging Face's image columns are. */
export function imageChoice(value: unknown): ImageChoice {
  if (!isGiven(value)) return { code: 'import/no-image', message: 'It names no image: text alone has no place here.' }
  if (Array.isArray(value)) {
    // Some loaders want a name for each token in the texts, the same one again where they are about one image.
    const isOne = value.length > 1 && value.every((name) => typeof name === 'string' && name === value[0])
    if (value.length > 1 && !isOne)
      return {
        code: 'import/several-images',
        message: `It is about ${value.length} images; a dialogue in Eyrie is about one.`
      }
    const choice = imageChoice(value[0])
    return isOne && 'reference' in choice ? { ...choice, times: value.length } : choice
  }
  if (isObject(value)) {
    const path = own(value, 'path') ?? own(value, 'url')
    if (isGiven(path) && !isObject(path) && !Array.isArray(path)) return imageChoice(path)
    const hasBytes = isGiven(own(value, 'bytes'))
    const message = hasBytes ? 'Its picture is inside the record and has no file.' : 'Its image names no file.'
    return { code: hasBytes ? 'import/embedded-image' : 'import/bad-image', message }
  }
  if (typeof value !== 'string')
    return { code: 'import/bad-image', message: `The image should be a name, not ${nameValue(value)}.` }
  if (isEmbedded(value))
    return {
      code: 'import/embedded-image',
      message: 'Its picture is inside the record, as a data URL, and has no file.'
    }
  return { reference: value }
}

/** Records of moving pictures and sound, by what they hold beside the image. */
export function mediaProblem(record: JsonObject): ImageChoice | null {
  const found = MEDIA.find((key) => isGiven(own(record, key)))
  return found === undefined ? null : { code: 'import/other-media', message: `It has ${found}; only images are read.` }
}

/** As written, unless only the file of that name beside the annotation file exists. */
function referenceFrom(written: string, file: string, files: ReadonlySet<string>): string {
  const slashed = written.replaceAll('\\', '/')
  if (files.has(slashed)) return slashed
  const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')))
  const beside = plainReference(slashed, folder)
  return beside !== null && files.has(beside) ? beside : written
}

/** `bad`: it tries to say one, and no image has it. */
export type StatedSize = ImageSize | 'bad' | null

export function statedSize(width: unknown, height: unknown): StatedSize {
  if (isSide(width) && isSide(height)) return { width, height }
  return isGiven(width) || isGiven(height) ? 'bad' : null
}

/** Finds images for the records of one source. */
export class RecordImages {
  readonly #source: DataSource
  readonly #files: ReadonlySet<string>

  constructor(source: DataSource) {
    this.#source = source
    this.#files = new Set(source.files.map(({ path }) => path))
  }

  /** An issue where the record names no single image, or nobody knows how large it is. */
  async find(choice: ImageChoice, where: Whereabouts, said: StatedSize = null): Promise<RecordImage | ImportIssue> {
    if ('code' in choice) return skipped(where, choice.code, choice.message)
    const stated = said === 'bad' ? null : said
    const size = stated ?? (await this.#source.imageSize(choice.reference, where.file))
    if (size === null) {
      const message = `Neither the record nor an image ${nameValue(choice.reference)} says how large it is, so its places mean nothing.`
      return skipped(where, 'import/no-size', message)
    }
    const reference = referenceFrom(choice.reference, where.file, this.#files)
    return { reference, size, stated, timesNamed: choice.times ?? 1, hasBadSize: said === 'bad' }
  }
}

export const isFound = (image: RecordImage | ImportIssue): image is RecordImage => 'size' in image
