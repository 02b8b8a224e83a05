/** @file Which files of a YOLO data set hold labels, and whose. */
import { headText } from '../kit/head-text'
import { lastNameOfPath } from '../kit/references'
import { isNamed } from '../kit/small-json'
import { numberOf } from '../kit/xml'
import { plainReference } from '../reading/image-references'
import type { DataSource } from '../reading/source'
import { isClassFile, parentOf } from './classes'
import type { DataSet } from './classes'

const IMAGE = /\.(jpe?g|png|bmp|gif|webp|tiff?|avif|heic|mpo|dng|pfm)$/i
const HEAD_BYTES = 4 * 1024

const stemOf = (path: string): string => path.replace(/\.[^./]*$/, '')

/** Whole lines of a head; the last one may be cut. */
export function headRows(head: string, isWhole: boolean): readonly string[] {
  const lines = head.split(/\r\n|\r|\n/)
  if (!isWhole) lines.pop()
  return lines.map((line) => line.trim()).filter((line) => line !== '')
}

const looksLikeRow = (line: string): boolean => {
  const columns = line.split(/\s+/)
  return columns.length >= 5 && columns.every((column) => numberOf(column) !== null)
}

export const isInLabels = (path: string): boolean => /(^|\/)labels\//.test(path)

/**
 * Text files below a folder `labels`, or, where there is none, those that begin with a row of numbers; never lists of
 * classes or images.
 */
export async function labelFiles(source: DataSource, lists: ReadonlySet<string>): Promise<readonly string[]> {
  const texts = source.files.filter(({ path }) => isNamed(path, 'txt') && !isClassFile(path) && !lists.has(path))
  const below = texts.filter(({ path }) => isInLabels(path))
  if (below.length > 0) return below.map(({ path }) => path)
  const images = new Set(source.files.filter(({ path }) => IMAGE.test(path)).map(({ path }) => stemOf(path)))
  const found: string[] = []
  for (const { path, sizeBytes } of texts) {
    if (images.has(stemOf(path))) found.push(path)
    else {
      const head = await headText(source, path, HEAD_BYTES)
      const rows = head === null ? [] : headRows(head, sizeBytes <= HEAD_BYTES)
      if (rows.length > 0 && looksLikeRow(rows[0] ?? '')) found.push(path)
    }
  }
  return found
}

/** As Ultralytics finds labels: the last `images` of the path becomes `labels`, the extension `txt`. */
export function labelPathOf(image: string): string {
  const slashed = `/${image}`
  const at = slashed.lastIndexOf('/images/')
  const swapped = at === -1 ? slashed : `${slashed.slice(0, at)}/labels/${slashed.slice(at + '/images/'.length)}`
  return `${stemOf(swapped.slice(1))}.txt`
}

/** Images that lists name, by the path of their labels. */
export async function listedImages(
  source: DataSource,
  { file, lists }: DataSet
): Promise<{ readonly files: ReadonlySet<string>; readonly byLabels: ReadonlyMap<string, string> }> {
  const files = new Set<string>()
  const byLabels = new Map<string, string>()
  const folder = parentOf(file ?? '')
  const known = new Set(source.files.map(({ path }) => path))
  for (const list of lists) {
    const path = [plainReference(list, folder), plainReference(list)].find((each) => each !== null && known.has(each))
    if (typeof path !== 'string') continue
    files.add(path)
    for await (const lines of source.lines(path)) {
      for (const { text } of lines) {
        const image = text.trim() === '' ? null : plainReference(text.trim(), parentOf(path))
        if (image !== null) byLabels.set(labelPathOf(image), image)
      }
    }
  }
  return { files, byLabels }
}

/** Images that are there, by the path of their labels. */
export class ImagesByLabels {
  readonly #byStem = new Map<string, string>()
  readonly #byName = new Map<string, string | null>()
  readonly #others = new Map<string, string>()

  constructor(source: DataSource) {
    for (const { path } of source.files) {
      if (!IMAGE.test(path)) continue
      const first = this.#byStem.get(stemOf(path))
      if (first === undefined) this.#byStem.set(stemOf(path), path)
      else this.#others.set(first, path)
      const name = lastNameOfPath(stemOf(path))
      this.#byName.set(name, this.#byName.has(name) ? null : path)
    }
  }

  /** Another image of the same labels, which differs in its extension only. */
  otherThan(image: string): string | undefined {
    return this.#others.get(image)
  }

  /** null: there is none, or more than one. */
  find(labels: string): string | null {
    const stem = stemOf(labels)
    const slashed = `/${stem}`
    const at = slashed.lastIndexOf('/labels/')
    const swapped =
      at === -1 ? null : `${slashed.slice(0, at)}/images/${slashed.slice(at + '/labels/'.length)}`.slice(1)
    const candidates = [swapped, stem, swapped === null ? null : stem.replace(/(^|\/)labels\//, '$1')]
    for (const candidate of candidates) {
      const found = candidate === null ? undefined : this.#byStem.get(candidate)
      if (found !== undefined) return found
    }
    return this.#byName.get(lastNameOfPath(stem)) ?? null
  }
}
