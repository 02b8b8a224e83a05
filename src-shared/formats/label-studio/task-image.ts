/** @file Which image, or images, a task of Label Studio is about. */
import { isObject, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { DataSource } from '../reading/source'

const IMAGE_NAME = /\.(jpe?g|jfif|png|bmp|gif|tiff?|webp|avif|heic)$/i
/** What labelling configurations usually call it. */
const USUAL_KEYS = ['image', 'img', 'images', 'image_url', 'url', 'picture', 'photo', 'ocr']

const withoutQuery = (text: string): string => (text.includes('?d=') ? text : text.replace(/[?#].*$/s, ''))
const isImageName = (value: unknown): boolean => typeof value === 'string' && IMAGE_NAME.test(withoutQuery(value))

export type TaskImages =
  | {
      readonly key: string
      readonly references: readonly string[]
      readonly isList: boolean
      /** Keys of its data that name images too, where nothing says which is meant. */
      readonly others: readonly string[]
      readonly problem: null
    }
  | { readonly problem: string }

const asReferences = (value: unknown): readonly string[] | null =>
  typeof value === 'string'
    ? [value]
    : Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string')
      ? value
      : null

/** `sources`: what results say themselves, as `$image`, in exports of older versions. */
export function imagesOfTask(data: JsonObject, sources: readonly string[]): TaskImages {
  const keys = Object.keys(data)
  const named = sources.map((source) => source.replace(/^\$/, '')).find((key) => keys.includes(key))
  const usual = USUAL_KEYS.filter((key) => keys.includes(key))
  const others = keys.filter((key) => !usual.includes(key))
  const ordered = [...usual, ...others]
  const areImages = (value: unknown): boolean => asReferences(value)?.every(isImageName) === true
  const looksRight = ordered.find((key) => areImages(own(data, key)))
  const texts = ordered.filter((key) => asReferences(own(data, key)) !== null)
  const key =
    named ?? looksRight ?? usual.find((name) => texts.includes(name)) ?? (texts.length === 1 ? texts[0] : undefined)
  const references = key === undefined ? null : asReferences(own(data, key))
  if (key === undefined || references === null)
    return { problem: `None of its data (${keys.join(', ') || 'it has none'}) names an image.` }
  if (references.some((reference) => reference.trim() === ''))
    return { problem: `Its ${key} is empty, and names no image.` }
  if (references.some((reference) => reference.startsWith('data:')))
    return { problem: 'Its image is inside the task, not a file.' }
  const rivals = named === undefined ? ordered.filter((each) => each !== key && areImages(own(data, each))) : []
  return { key, references, isList: Array.isArray(own(data, key)), others: rivals, problem: null }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that is no escape: the name as it is.
    return text
  }
}

const LOCAL_FILE = /\/data\/local-files\/\?d=(.+)$/s
/** What the tool puts before the name of an uploaded file. */
const UPLOAD = /(?:^|\/)upload\/(?:.*\/)?[0-9a-f]{8}-([^/]+)$/

/** As a file of the folder: local files by their path, uploads by their own name where only that is there. */
export async function referenceOf(written: string, source: DataSource, file: string): Promise<string> {
  const local = LOCAL_FILE.exec(written)?.[1]
  if (local !== undefined) return decoded(local)
  const uploaded = UPLOAD.exec(written)?.[1]
  if (uploaded === undefined || (await source.imageSize(written, file)) !== null) return written
  return (await source.imageSize(uploaded, file)) === null ? written : uploaded
}

/** What else is in a task's data and stays behind. */
export const otherData = (data: JsonObject, key: string): readonly string[] =>
  Object.keys(data).filter((name) => name !== key && !isEmptyData(own(data, name)))

const isEmptyData = (value: unknown): boolean =>
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0)
