/** @file Reading Flickr30k Entities: `Sentences/<image>.txt` with `Annotations/<image>.xml`, one image at a time. */
import { AppError } from '../../errors'
import type { ImageSize } from '../../geometry/space'
import { BoxExtents } from '../kit/extent-doubts'
import { doubted, skipped, skippedFile } from '../kit/issue'
import { headText } from '../kit/head-text'
import { nameValue } from '../kit/json-fields'
import { namesakeOf } from '../kit/namesake'
import { treeFromSpans } from '../kit/spans'
import type { ImportItem } from '../reading/item'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { edgesNote, entitiesOf, readAnnotation } from './annotation'
import type { Annotation, Entities } from './annotation'
import { readSentence } from './sentence'
import type { MarkedSentence } from './sentence'

const SENTENCES = /^(.*\/)?Sentences\/(.+)\.txt$/i
const HEAD_BYTES = 4096
const MOST_LOOKED_AT = 64
const MOST_FILES_PER_BATCH = 64

interface ImageFiles {
  /** `1000092795` */
  readonly stem: string
  readonly sentences: string | null
  readonly annotation: string | null
}

/** By stems: a file of captions, a file of boxes, or both. */
export function imageFiles(source: DataSource): readonly ImageFiles[] {
  const found = new Map<string, { stem: string; sentences: string | null; annotation: string | null }>()
  const at = (root: string, stem: string): { stem: string; sentences: string | null; annotation: string | null } => {
    const key = `${root}\n${stem}`
    const known = found.get(key) ?? { stem, sentences: null, annotation: null }
    found.set(key, known)
    return known
  }
  const roots = new Set<string>()
  for (const { path } of source.files) {
    const [whole, root = '', stem = ''] = SENTENCES.exec(path) ?? []
    if (whole === undefined) continue
    roots.add(root)
    at(root, stem).sentences = path
  }
  for (const { path } of source.files) {
    const [whole, root = '', stem = ''] = /^(.*\/)?Annotations\/(.+)\.xml$/i.exec(path) ?? []
    if (whole !== undefined && roots.has(root)) at(root, stem).annotation = path
  }
  return [...found.values()]
}

export async function recogniseFlickr30k(source: DataSource): Promise<Recognition | null> {
  const images = imageFiles(source)
  const paths = images.flatMap(({ sentences, annotation }) => [sentences, annotation].filter((path) => path !== null))
  for (const { sentences } of images.slice(0, MOST_LOOKED_AT)) {
    if (sentences === null) continue
    const head = await headText(source, sentences, HEAD_BYTES)
    if (head === null || !/\[\/EN#\d+/.test(head)) continue
    return { score: 0.98, because: 'Sentences with phrases marked [/EN#…], as Flickr30k Entities has them', paths }
  }
  // Captions without a phrase look like any text; folders of these names are a hint.
  return images.some(({ sentences, annotation }) => sentences !== null && annotation !== null)
    ? { score: 0.7, because: 'folders Sentences and Annotations, as Flickr30k Entities has them', paths }
    : null
}

export async function* readFlickr30k(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const images = imageFiles(source)
  if (images.length === 0 && source.files.some(({ sizeBytes }) => sizeBytes > 0))
    throw new AppError('import/not-this-format', 'There is no folder Sentences with text files in it.', {
      nextStep: 'Choose the folder that holds Sentences and Annotations.'
    })
  let batch: ImportItem[] = []
  let hasBoxes = false
  for (const [i, files] of images.entries()) {
    const items = await readImage(source, files)
    if (!hasBoxes && files.annotation !== null && items.some(({ type }) => type === 'region')) {
      hasBoxes = true
      batch.push(edgesNote(files.annotation))
    }
    batch.push(...items)
    if (i % MOST_FILES_PER_BATCH < MOST_FILES_PER_BATCH - 1) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function readImage(source: DataSource, files: ImageFiles): Promise<readonly ImportItem[]> {
  const out: ImportItem[] = []
  const annotation = files.annotation === null ? null : await annotationOf(source, files.annotation, out)
  const sentences = files.sentences === null ? [] : await sentencesOf(source, files.sentences, out)
  if (files.sentences !== null && files.annotation === null && sentences.some(({ phrases }) => phrases.length > 0))
    out.push(
      doubted({ file: files.sentences }, 'import/no-annotations', 'There is no XML with the boxes of its phrases.')
    )
  if (annotation === null && sentences.length === 0) return out
  const named = annotation?.filename ?? `${files.stem}.jpg`
  const namesake = files.annotation === null ? null : await namesakeOf(source, files.annotation, named, 'filename')
  const reference = namesake?.reference ?? named
  if (namesake !== null && files.annotation !== null)
    out.push(doubted({ file: files.annotation }, 'import/other-image', namesake.message))
  const size = annotation?.size ?? null
  if (annotation?.hasBadSize === true && files.annotation !== null) {
    const message = 'Its size should be whole pixels that an image can have; the image itself was asked.'
    out.push(doubted({ file: files.annotation }, 'import/bad-size', message))
  }
  const imageKey = files.sentences ?? files.annotation ?? files.stem
  const known = size ?? (await source.imageSize(reference, files.annotation ?? files.sentences ?? undefined))
  const entities = entitiesIn(annotation, files.annotation, known, reference, out)
  const [regions, dialogues] = joined(entities, sentences, imageKey, files, out)
  return [{ type: 'image', imageKey, reference, size }, ...regions, ...dialogues, ...out]
}

async function annotationOf(source: DataSource, path: string, out: ImportItem[]): Promise<Annotation | null> {
  try {
    const annotation = readAnnotation(path, await source.text(path))
    if (annotation === null)
      out.push(skipped({ file: path }, 'import/not-this-format', 'Its root should be <annotation>.'))
    return annotation
  } catch (error) {
    out.push(skippedFile(path, error))
    return null
  }
}

interface Line {
  readonly number: number
  readonly sentence: MarkedSentence
}

async function sentencesOf(
  source: DataSource,
  path: string,
  out: ImportItem[]
): Promise<readonly (Line & MarkedSentence)[]> {
  const lines: (Line & MarkedSentence)[] = []
  try {
    for await (const some of source.lines(path)) {
      for (const { number, text } of some) {
        if (text.trim() === '') continue
        const sentence = readSentence(text)
        lines.push({ number, sentence, ...sentence })
      }
    }
  } catch (error) {
    out.push(skippedFile(path, error))
  }
  return lines
}

const NO_ENTITIES: Entities = { boxes: [], chains: new Set() }

function entitiesIn(
  annotation: Annotation | null,
  file: string | null,
  size: ImageSize | null,
  reference: string,
  out: ImportItem[]
): Entities {
  if (annotation === null || file === null) return NO_ENTITIES
  if (size === null) {
    if (annotation.objects.length === 0) return NO_ENTITIES
    const message = `Neither the file nor an image ${nameValue(reference)} says how large it is, so its pixels have no place.`
    out.push(skipped({ file }, 'import/no-size', message))
    return NO_ENTITIES
  }
  const extents = new BoxExtents(file, 'xyxy')
  const entities = entitiesOf(annotation, size, extents, out)
  out.push(...extents.issues())
  return entities
}

/** Regions with their words, and captions; phrases of scenes and of what cannot be seen have no region. */
function joined(
  { boxes, chains }: Entities,
  sentences: readonly (Line & MarkedSentence)[],
  imageKey: string,
  { sentences: file, annotation }: ImageFiles,
  out: ImportItem[]
): readonly [regions: readonly ImportItem[], dialogues: readonly ImportItem[]] {
  const keysOf = new Map<string, string[]>()
  for (const { key, chains: own } of boxes)
    for (const chain of own) keysOf.set(chain, [...(keysOf.get(chain) ?? []), key])
  const words = new Map<string, { readonly phrase: string; readonly type: string | null }>()
  const dialogues = sentences.map(({ number, text, phrases, broken }): ImportItem => {
    const where = { file: file ?? '', line: number }
    for (const mark of broken)
      out.push(
        doubted(
          where,
          'import/broken-mark',
          `Its mark ${nameValue(mark)} is not closed or has no words; read as words.`
        )
      )
    for (const { chain, start, end, types } of phrases) {
      if (!words.has(chain)) words.set(chain, { phrase: text.slice(start, end), type: types[0] ?? null })
      if (chain !== '0' && annotation !== null && !chains.has(chain)) {
        const message = `No object of ${annotation} has the name ${chain}, which its phrase ${nameValue(text.slice(start, end))} has.`
        out.push(doubted(where, 'import/no-such-entity', message))
      }
    }
    const spans = phrases.map(({ chain, start, end }) => ({ start, end, regionIds: keysOf.get(chain) ?? [] }))
    const { children } = treeFromSpans(text, spans)
    return { type: 'dialogue', imageKey, title: 'caption', turns: [{ role: 'assistant', children, rawText: text }] }
  })
  const regions = boxes.map(({ key, shape, chains: own }): ImportItem => {
    const said = own.map((chain) => words.get(chain)).find((each) => each !== undefined)
    return {
      type: 'region',
      imageKey,
      key,
      shape,
      label: null,
      phrase: said?.phrase ?? null,
      attributes: { entity: own.join(' '), ...(said?.type ? { entity_type: said.type } : {}) }
    }
  })
  return [regions, dialogues]
}
