/** @file One task: its images, the annotation that counts, its predictions. */
import type { ImageSize } from '../../geometry/space'
import { text } from '../../grounded/build'
import { doubted, noted, skipped } from '../kit/issue'
import { idOf, isNumber, isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { ImportIssue, ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { ownTask } from './own-meta'
import { RegionReading } from './read-regions'
import type { Speaker, TaskImage } from './read-regions'
import { groupResults } from './results'
import { imagesOfTask, otherData, referenceOf } from './task-image'
import { isSide } from '../kit/sides'

export interface TaskPlace {
  readonly source: DataSource
  readonly file: string
  /** From 0 in its file. */
  readonly index: number
}

/** Ids are for people only: two exports in one folder may use the same ones. */
export async function readTask(task: unknown, { source, file, index }: TaskPlace): Promise<readonly ImportItem[]> {
  const place = `task ${index}`
  if (!isObject(task)) {
    const message = `A task should be an object, not ${nameValue(task)}.`
    return [skipped({ file, record: place }, 'import/bad-record', message)]
  }
  const id = idOf(own(task, 'id'))
  const record = id === null ? place : `task ${id}`
  const data = own(task, 'data')
  if (!isObject(data)) {
    const message = `Its data should be an object, not ${nameValue(data)}.`
    return [skipped({ file, record }, 'import/bad-record', message)]
  }
  const issues: ImportIssue[] = []
  const speakers = speakersOf(task, file, record, issues)
  const found = imagesOfTask(data, sourcesOf(speakers))
  if (found.problem !== null) return [...issues, skipped({ file, record }, 'import/no-image', found.problem)]
  if (found.others.length > 0) {
    const message = `Which image its results are about is not clear: ${[found.key, ...found.others].join(', ')}; ${found.key} was taken.`
    issues.push(doubted({ file, record }, 'import/several-images', message))
  }
  const others = otherData(data, found.key)
  if (others.length > 0)
    issues.push(noted({ file, record }, 'import/task-data', `Of its data, these are not kept: ${others.join(', ')}.`))

  const images: TaskImage[] = []
  for (const [item, written] of found.references.entries()) {
    const stated = statedSize(speakers, found.isList ? item : null, { file, record }, issues)
    images.push({
      imageKey: `${file}#${index}.${item}`,
      reference: await referenceOf(written, source, file),
      stated,
      size: stated ?? (await source.imageSize(written, file))
    })
  }
  const ours = ownTask(task)
  const reading = new RegionReading(images, { file, record }, ours !== null)
  for (const speaker of speakers) reading.read(speaker)
  const captions = reading.captions().map(({ image, title, words }): ImportItem => ({
    type: 'dialogue',
    imageKey: image.imageKey,
    title,
    turns: [{ role: 'assistant', children: [text(words)], rawText: null }]
  }))
  const isDone = ours?.isDone ?? speakers.some(({ kind }) => kind === 'annotation')
  const named = images.map(({ imageKey, reference, stated }): ImportItem => ({
    type: 'image',
    imageKey,
    reference,
    size: stated,
    ...(isDone ? { done: true } : {})
  }))
  return [
    ...named,
    ...reading.regions,
    ...captions,
    ...reading.relations,
    ...issues,
    ...reading.issues,
    ...reading.doubts()
  ]
}

function objectsOf(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : []
}

const isCancelled = (annotation: JsonObject): boolean =>
  own(annotation, 'was_cancelled') === true || own(annotation, 'skipped') === true

const nameOf = (annotation: JsonObject, index: number): string => idOf(own(annotation, 'id')) ?? String(index)

const timeOf = (annotation: JsonObject): string => {
  const time = own(annotation, 'updated_at') ?? own(annotation, 'created_at')
  // Times are ISO texts, or numbers in files of version 0.
  return typeof time === 'string' ? time : isNumber(time) ? String(time).padStart(24, '0') : ''
}

/**
 * Several people may have annotated one task; their regions are the same things again, so one annotation counts: the
 * only one marked as ground truth, else the latest. The others are told, each.
 */
function speakersOf(task: JsonObject, file: string, record: string, issues: ImportIssue[]): readonly Speaker[] {
  const listed = own(task, 'annotations') ?? own(task, 'completions')
  const predicted = own(task, 'predictions')
  for (const [name, list] of [
    ['annotations', listed],
    ['predictions', predicted]
  ] as const) {
    if (list === undefined || list === null) continue
    const others = Array.isArray(list) ? list.filter((entry: unknown) => !isObject(entry)) : [list]
    if (others.length === 0) continue
    const message = `Its ${name} should be a list of objects; there is ${nameValue(others[0])}.`
    issues.push(skipped({ file, record }, 'import/bad-record', message))
  }
  const all = objectsOf(listed).map((annotation, i) => ({ annotation, name: nameOf(annotation, i) }))
  const alive = all.filter(({ annotation, name }) => {
    if (!isCancelled(annotation)) return true
    issues.push(skipped({ file, record }, 'import/cancelled', `Its annotation ${name} was cancelled.`))
    return false
  })
  const truths = alive.filter(({ annotation }) => own(annotation, 'ground_truth') === true)
  const latest = alive.toSorted((a, b) => (timeOf(a.annotation) < timeOf(b.annotation) ? -1 : 1)).at(-1)
  const chosen = truths.length === 1 ? truths[0] : latest
  for (const { annotation, name } of alive) {
    if (annotation === chosen?.annotation) continue
    const why = truths.length === 1 ? 'is the ground truth' : 'is the latest'
    const message = `Its annotation ${name} is left out, because ${chosen?.name ?? ''} ${why}.`
    issues.push(skipped({ file, record }, 'import/other-annotation', message))
  }
  if (objectsOf(own(task, 'drafts')).length > 0)
    issues.push(noted({ file, record }, 'import/draft', 'It has drafts nobody submitted; they are left out.'))
  const speakers: Speaker[] = []
  const add = (entry: JsonObject, name: string, kind: Speaker['kind']): void => {
    const results = own(entry, 'result')
    if (!Array.isArray(results)) {
      const message = `The result of its ${kind} ${name} should be a list, not ${nameValue(results)}.`
      issues.push(skipped({ file, record }, 'import/bad-record', message))
      return
    }
    const model = own(entry, 'model_version')
    const score = own(entry, 'score')
    speakers.push({
      kind,
      name,
      grouped: groupResults(results),
      modelVersion: typeof model === 'string' && model !== '' ? model : null,
      score: isNumber(score) ? score : null
    })
  }
  if (chosen !== undefined) add(chosen.annotation, chosen.name, 'annotation')
  objectsOf(predicted).forEach((prediction, i) => add(prediction, nameOf(prediction, i), 'prediction'))
  return speakers
}

const entriesOf = (speakers: readonly Speaker[]): readonly JsonObject[] =>
  speakers.flatMap(({ grouped }) => grouped.groups.flatMap(({ results }) => results.map(({ entry }) => entry)))

const sourcesOf = (speakers: readonly Speaker[]): readonly string[] =>
  entriesOf(speakers).flatMap((entry) => {
    const source = own(entry, 'source')
    return typeof source === 'string' && source.startsWith('$') ? [source] : []
  })

/** As the results say; every result says it again. `item`: which of several images; null: the task has one. */
function statedSize(
  speakers: readonly Speaker[],
  item: number | null,
  where: { readonly file: string; readonly record: string },
  issues: ImportIssue[]
): ImageSize | null {
  let size: ImageSize | null = null
  let isOdd = false
  for (const entry of entriesOf(speakers)) {
    if (item !== null && (own(entry, 'item_index') ?? 0) !== item) continue
    const [width, height] = [own(entry, 'original_width'), own(entry, 'original_height')]
    if (!isSide(width) || !isSide(height)) {
      const odd = [width, height].find((side) => side !== undefined && side !== null && !isSide(side))
      if (odd !== undefined && !isOdd) {
        const message = `Its original_width and original_height should be pixels, not ${nameValue(odd)}; not taken from there.`
        issues.push(doubted(where, 'import/bad-size', message))
        isOdd = true
      }
      continue
    }
    if (size === null) size = { width, height }
    else if (size.width !== width || size.height !== height) {
      const message = `Its results say that the image is ${size.width} × ${size.height} and ${width} × ${height} pixels; the first was taken.`
      issues.push(doubted(where, 'import/two-sizes', message))
      break
    }
  }
  return size
}
