/**
 * @file Reading samples of WebDataset: files that share a name up to its first dot, in a folder or unpacked from shards.
 *
 *   .jpg .png …   the image
 *   .json         ours (record.ts), or what img2dataset writes: { caption, width, height, … }
 *   .txt          a caption
 *   .cls          a class of the whole image: a project has no place for it, which is said
 */
import { AppError } from '../../errors'
import { statedSizeOf } from '../kit/box-fields'
import { doubted, noted, skipped, skippedFile } from '../kit/issue'
import { attributesFrom, isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { topLevelOf } from '../kit/small-json'
import type { AnnotationShape } from '../../geometry/region-shape'
import { normalizeNodes } from '../../grounded/normalize'
import { regionIdsOf } from '../../grounded/visit'
import type { ImportDialogue, ImportIssue, ImportItem, ImportRegion, ImportRelation } from '../reading/item'
import type { DataSource } from '../reading/source'
import { boundsOf } from '../round-trip/place'
import { dialogueSchema, regionSchema, relationSchema, SAMPLE_LAYOUT, whyNot } from './record'
import { samplesOf } from './samples'
import type { Sample } from './samples'

const BATCH = 64

export async function* readWebDataset(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const samples = samplesOf(source)
  const isAny = samples.some(({ image, texts }) => image !== null && texts.size > 0)
  if (!isAny && source.files.some(({ sizeBytes }) => sizeBytes > 0)) {
    throw new AppError('import/not-this-format', 'No image here has a .json, .txt or .cls file of its name.', {
      nextStep: 'Choose the shards (.tar) or the folder they were unpacked to.'
    })
  }
  let batch: ImportItem[] = []
  for (const [i, sample] of samples.entries()) {
    batch.push(...(await readSample(source, sample)))
    if ((i + 1) % BATCH !== 0) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function readSample(source: DataSource, sample: Sample): Promise<readonly ImportItem[]> {
  const { key, image, others, texts } = sample
  const issues: ImportIssue[] = []
  if (image === null) {
    const [file = key] = texts.values()
    return texts.size === 0 ? [] : [skipped({ file, record: key }, 'import/no-image', 'The sample has no image.')]
  }
  if (others.length > 0) {
    const message = `The sample has more than one image; ${others.join(', ')} left out.`
    issues.push(skipped({ file: image, record: key }, 'import/several-images', message))
  }
  const json = texts.get('json')
  const record = json === undefined ? null : await jsonOf(source, json, key, issues)
  const isOurs = record !== null && isOwn(record)
  const words = texts.get('txt')
  const caption = words === undefined || isOurs ? null : await wordsOf(source, words, issues)
  const cls = texts.get('cls')
  if (cls !== undefined)
    issues.push(noted({ file: cls, record: key }, 'import/image-class', 'A class of the whole image is not kept.'))
  if (isOurs && json !== undefined) return [...ownSample(record, json, key, image), ...issues]
  return [...foreignSample(record, caption, json ?? words ?? image, key, image, issues), ...issues]
}

const isOwn = (record: JsonObject): boolean => {
  const mark = own(record, 'eyrie')
  return isObject(mark) && own(mark, 'sample') === SAMPLE_LAYOUT
}

async function jsonOf(
  source: DataSource,
  file: string,
  key: string,
  issues: ImportIssue[]
): Promise<JsonObject | null> {
  try {
    const record = await topLevelOf(source, file)
    if (record === null)
      issues.push(skipped({ file, record: key }, 'import/bad-record', 'It should be an object with names.'))
    return record
  } catch (error) {
    issues.push(skippedFile(file, error))
    return null
  }
}

async function wordsOf(source: DataSource, file: string, issues: ImportIssue[]): Promise<string | null> {
  try {
    const text = (await source.text(file)).trim()
    if (text !== '') return text
    issues.push(skipped({ file }, 'import/empty-caption', 'Its caption is empty.'))
    return null
  } catch (error) {
    issues.push(skippedFile(file, error))
    return null
  }
}

/** What img2dataset says of its download, and not of the picture. */
const ABOUT_DOWNLOAD = new Set([
  ...[
    'key',
    'url',
    'status',
    'error_message',
    'exif',
    'sha256',
    'md5',
    'original_width',
    'original_height',
    'uid',
    'id'
  ],
  ...['width', 'height', 'caption', 'text']
])

function foreignSample(
  record: JsonObject | null,
  words: string | null,
  file: string,
  key: string,
  image: string,
  issues: ImportIssue[]
): readonly ImportItem[] {
  const where = { file, record: key }
  const stated = record === null ? null : statedSizeOf(own(record, 'width'), own(record, 'height'))
  if (stated !== null && stated.size === null && stated.isStated)
    issues.push(doubted(where, 'import/bad-size', 'Its size should be whole pixels; left out.'))
  const captions = new Set(words === null ? [] : [words])
  for (const name of ['caption', 'text'] as const) {
    const value = record === null ? undefined : own(record, name)
    if (value === undefined || value === null) continue
    if (typeof value !== 'string')
      issues.push(skipped(where, 'import/bad-text', `Its ${name} should be words, not ${nameValue(value)}.`))
    else if (value.trim() !== '') captions.add(value.trim())
  }
  const others = record === null ? [] : Object.keys(record).filter((name) => !ABOUT_DOWNLOAD.has(name))
  if (others.length > 0)
    issues.push(noted(where, 'import/other-fields', `Fields that are not read: ${others.slice(0, 8).join(', ')}.`))
  return [
    { type: 'image', imageKey: image, reference: image, size: stated?.size ?? null },
    ...[...captions].map((text): ImportDialogue => ({
      ...{ type: 'dialogue', imageKey: image, title: 'caption' },
      turns: [{ role: 'assistant', children: [{ type: 'text', value: text }], rawText: text }]
    }))
  ]
}

function listOf(record: JsonObject, name: string, where: { file: string; record: string }, out: ImportItem[]) {
  const held = own(record, name)
  if (held === undefined || held === null) return []
  if (Array.isArray(held)) return held as readonly unknown[]
  out.push(skipped(where, 'import/bad-record', `Its ${name} should be a list, not ${nameValue(held)}.`))
  return []
}

function ownSample(record: JsonObject, file: string, key: string, image: string): readonly ImportItem[] {
  const where = { file, record: key }
  const out: ImportItem[] = []
  const named = own(record, 'image')
  const { size, isStated } = statedSizeOf(own(record, 'width'), own(record, 'height'))
  if (size === null && isStated)
    out.push(doubted(where, 'import/bad-size', 'Its size should be whole pixels; left out.'))
  out.push({
    ...{ type: 'image', imageKey: image, size },
    reference: typeof named === 'string' && named !== '' ? named : image,
    ...(own(record, 'done') === true ? { done: true } : {})
  })
  const known = new Set<string>()
  for (const [i, value] of listOf(record, 'regions', where, out).entries()) {
    const at = { file, record: `${key}, region ${i}` }
    const read = regionSchema.safeParse(value)
    if (!read.success) out.push(skipped(at, 'import/bad-record', `${whyNot(read.error)}.`))
    else if (known.has(read.data.id)) out.push(skipped(at, 'import/duplicate-id', 'Its id was there before.'))
    else {
      known.add(read.data.id)
      out.push(...regionItems(read.data, image), ...outsideDoubts(read.data.shape, at))
    }
  }
  for (const [i, value] of listOf(record, 'dialogues', where, out).entries()) {
    const at = { file, record: `${key}, dialogue ${i}` }
    const read = dialogueSchema.safeParse(value)
    if (!read.success) out.push(skipped(at, 'import/bad-record', `${whyNot(read.error)}.`))
    else if (read.data.turns.some(({ children }) => regionIdsOf(children).some((id) => !known.has(id))))
      out.push(skipped(at, 'import/dangling-id', 'It names a region that the sample does not have.'))
    else
      out.push({
        ...{ type: 'dialogue', imageKey: image, title: read.data.title },
        turns: read.data.turns.map(({ role, children, origin }) => ({
          ...{ role, children: normalizeNodes(children), rawText: null, origin }
        }))
      })
  }
  for (const [i, value] of listOf(record, 'relations', where, out).entries()) {
    const at = { file, record: `${key}, relation ${i}` }
    const read = relationSchema.safeParse(value)
    if (!read.success) out.push(skipped(at, 'import/bad-record', `${whyNot(read.error)}.`))
    else if (!known.has(read.data.subject) || !known.has(read.data.object))
      out.push(skipped(at, 'import/dangling-id', 'It names a region that the sample does not have.'))
    else out.push({ type: 'relation', imageKey: image, ...read.data } satisfies ImportRelation)
  }
  return out
}

/** A border may be missed by what rounding does. */
const BORDER_TOLERANCE = 1e-6

function* outsideDoubts(shape: AnnotationShape, at: { file: string; record: string }): Generator<ImportIssue> {
  const bounds = boundsOf(shape)
  if (bounds === null || bounds.every((side) => side >= -BORDER_TOLERANCE && side <= 1 + BORDER_TOLERANCE)) return
  const message = `It reaches from (${bounds[0]}, ${bounds[1]}) to (${bounds[2]}, ${bounds[3]}) in fractions of the image, outside of it.`
  yield doubted(at, 'import/outside-image', message)
}

function* regionItems(
  { id, shape, label, phrase, state, origin, confidence, attributes }: ReturnType<typeof regionSchema.parse>,
  imageKey: string
): Generator<ImportItem> {
  const kept = attributesFrom(attributes)
  yield {
    ...{ type: 'region', imageKey, key: id, shape, label, phrase, state, origin },
    ...(confidence === null ? {} : { confidence }),
    ...(Object.keys(kept).length === 0 ? {} : { attributes: kept })
  } satisfies ImportRegion
}
