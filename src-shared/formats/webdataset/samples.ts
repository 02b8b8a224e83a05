/** @file Which files are one sample, and whether files are samples of WebDataset at all. */
import { headText } from '../kit/head-text'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'

export interface Sample {
  /** Its folder and its name up to the first dot. */
  readonly key: string
  readonly image: string | null
  /** Images after the first. */
  readonly others: readonly string[]
  /** Paths of its texts, by what follows the first dot: `json`, `txt`, `cls`. */
  readonly texts: ReadonlyMap<string, string>
}

const IMAGES = new Set(['jpg', 'jpeg', 'jpe', 'png', 'webp', 'bmp', 'gif', 'tif', 'tiff', 'avif'])
const TEXTS = new Set(['json', 'txt', 'cls'])

/** In the order in which their first files come. */
export function samplesOf({ files }: Pick<DataSource, 'files'>): readonly Sample[] {
  const samples = new Map<string, { key: string; image: string | null; others: string[]; texts: Map<string, string> }>()
  for (const { path } of files) {
    const slash = path.lastIndexOf('/') + 1
    const dot = path.indexOf('.', slash)
    if (dot <= slash) continue
    const [key, name] = [path.slice(0, dot), path.slice(dot + 1).toLowerCase()]
    const isImage = IMAGES.has(name.slice(name.lastIndexOf('.') + 1))
    if (!isImage && !TEXTS.has(name)) continue
    const sample = samples.get(key) ?? { key, image: null, others: [], texts: new Map<string, string>() }
    samples.set(key, sample)
    if (!isImage) sample.texts.set(name, path)
    else if (sample.image === null) sample.image = path
    else sample.others.push(path)
  }
  return [...samples.values()]
}

const HEAD_BYTES = 8 * 1024
const LOOKED_AT = 16
/** As img2dataset writes it beside each picture. */
const DOWNLOADED =
  /"(caption|text)"\s*:[^]*"(url|status|sha256|original_width)"\s*:|"(url|status|sha256)"\s*:[^]*"(caption|text)"\s*:/
const OURS = /^\s*\{\s*"eyrie"\s*:\s*\{\s*"sample"\s*:\s*\d/
/** Rows of YOLO are numbers alone. */
const NUMBERS = /^[\s\d.eE+-]*$/

export async function recogniseWebDataset(source: DataSource): Promise<Recognition | null> {
  const samples = samplesOf(source).filter(({ image, texts }) => image !== null && texts.size > 0)
  let [score, because] = [0, '']
  const see = (value: number, reason: string): void => {
    if (value > score) [score, because] = [value, reason]
  }
  for (const { texts } of samples.slice(0, LOOKED_AT)) {
    const [json, txt] = [texts.get('json'), texts.get('txt')]
    const head = json === undefined ? null : await headText(source, json, HEAD_BYTES)
    if (head !== null && OURS.test(head)) see(1, 'samples of WebDataset as Eyrie writes them')
    else if (head !== null && /"(noun_chunks|ref_exps|shapes|annotations|conversations)"\s*:/.test(head)) return null
    else if (head !== null && DOWNLOADED.test(head))
      see(0.85, 'images with a JSON of caption and download, as img2dataset writes them')
    const words = txt === undefined ? null : await headText(source, txt, HEAD_BYTES)
    if (words !== null && words.trim() !== '' && !NUMBERS.test(words)) see(0.6, 'images with a text of their name')
    if (texts.has('cls')) see(0.75, 'images with a class of their name, as WebDataset has them')
  }
  return score === 0 ? null : { score, because, paths: samples.flatMap(({ texts }) => [...texts.values()]) }
}
