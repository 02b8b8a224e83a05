/** @file The refs of one file, pickled or as JSON, checked: which words refer to which annotations. */
import { AppError } from '../../errors'
import { doubted, skipped } from '../kit/issue'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { OWN_KEY } from '../kit/own-marks'
import { readPickle } from '../kit/pickle'
import { isNamed } from '../kit/small-json'
import { cocoId, nameId } from '../coco/ids'
import type { CocoId } from '../coco/ids'
import type { ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'

/** One expression. */
export interface RefSentence {
  readonly words: string
  /** Place among all sentences of the file, by `sent_id` where each has one. */
  readonly order: number
  /** Eyrie wrote it as a dialogue, though its region has no phrase. */
  readonly isDialogue: boolean
}
export interface Ref {
  /** For messages: the `ref_id`, else the number in the list. */
  readonly record: string
  readonly refId: CocoId | null
  readonly annotationIds: readonly CocoId[]
  readonly imageId: CocoId | null
  readonly categoryId: CocoId | null
  readonly split: string | null
  readonly sentences: readonly RefSentence[]
  /** Eyrie wrote it. */
  readonly isOurs: boolean
}

const MOST_BYTES = 512 * 1024 * 1024

/** Rejects when the file as a whole cannot be read; one bad ref is an issue in `out`. */
export async function readRefs(source: DataSource, path: string, out: ImportItem[]): Promise<readonly Ref[]> {
  const reader = new RefReader(path, out)
  if (isNamed(path, 'json')) {
    for await (const batch of source.json(path)) {
      if (batch.section !== '' || batch.kind !== 'elements') throw notRefs(path)
      batch.elements.forEach((element, i) => reader.ref(element, batch.firstIndex + i))
    }
    return reader.refs()
  }
  const bytes = await source.bytes(path, MOST_BYTES)
  const list = readPickle(path, bytes)
  if (!Array.isArray(list)) throw notRefs(path)
  // A pickle may hold one sentence in a million places; a sentence that stands in the file has a few bytes at least.
  reader.mostSentences = bytes.byteLength
  list.forEach((element: unknown, i) => reader.ref(element, i))
  return reader.refs()
}

const notRefs = (path: string): AppError =>
  new AppError('import/not-this-format', `${path} is no list of refs.`, {
    nextStep: 'Choose the folder that holds refs(…).p and instances.json.',
    data: { file: path }
  })

class RefReader {
  readonly #refs: Ref[] = []
  #sentences = 0
  #hasAllIds = true
  readonly #ids = new Set<CocoId>()
  mostSentences = Infinity

  readonly file: string
  readonly out: ImportItem[]

  constructor(file: string, out: ImportItem[]) {
    this.file = file
    this.out = out
  }

  ref(element: unknown, index: number): void {
    if (!isObject(element)) {
      const where = { file: this.file, record: `ref ${index}` }
      this.out.push(skipped(where, 'import/bad-record', `A ref should be an object, not ${nameValue(element)}.`))
      return
    }
    const refId = cocoId(own(element, 'ref_id'))
    const record = refId === null ? `ref ${index}` : String(refId)
    const where = { file: this.file, record }
    if (refId !== null && this.#ids.has(refId))
      this.out.push(doubted(where, 'import/duplicate-id', `Another ref has this id too; this is number ${index}.`))
    if (refId !== null) this.#ids.add(refId)
    const annotationIds = annotationIdsOf(element)
    if (annotationIds === null) {
      const message = `Its ann_id should be an id or a list of ids, not ${nameId(own(element, 'ann_id'))}.`
      this.out.push(skipped(where, 'import/bad-id', message))
      return
    }
    const sentences = own(element, 'sentences')
    if (!Array.isArray(sentences)) {
      const message = `Its sentences should be a list, not ${nameValue(sentences)}.`
      this.out.push(skipped(where, 'import/bad-record', message))
      return
    }
    if (sentences.length === 0)
      this.out.push(skipped(where, 'import/no-words', 'It has no sentences, so it refers to nothing.'))
    const read = sentences.flatMap((sentence: unknown, i) => this.#sentence(sentence, i, record))
    const split = own(element, 'split')
    this.#refs.push({
      record,
      refId,
      annotationIds,
      imageId: cocoId(own(element, 'image_id')),
      categoryId: cocoId(own(element, 'category_id')),
      split: typeof split === 'string' && split !== '' ? split : null,
      sentences: read,
      isOurs: isObject(own(element, OWN_KEY))
    })
  }

  /** `sent`, which trainers and evaluators read; `raw` where there is none. */
  #sentence(sentence: unknown, index: number, record: string): readonly RefSentence[] {
    this.#sentences++
    if (this.#sentences > this.mostSentences)
      throw new AppError('import/pickle', `${this.file} repeats its own parts more often than it has bytes.`, {
        nextStep: 'Get the file from where it was published.',
        data: { file: this.file }
      })
    const where = { file: this.file, record }
    const [sent, raw] = isObject(sentence) ? [own(sentence, 'sent'), own(sentence, 'raw')] : [sentence, undefined]
    const words = [sent, raw].find((each): each is string => typeof each === 'string' && each.trim() !== '')
    if (words === undefined) {
      const message = `Its sentence ${index} has no words: ${nameValue(sent ?? raw)}.`
      this.out.push(skipped(where, 'import/no-words', message))
      return []
    }
    const id = isObject(sentence) ? cocoId(own(sentence, 'sent_id')) : null
    if (typeof id !== 'number') this.#hasAllIds = false
    const mark = isObject(sentence) ? own(sentence, OWN_KEY) : undefined
    const isDialogue = isObject(mark) && own(mark, 'dialogue') === true
    return [{ words, order: typeof id === 'number' ? id : this.#sentences, isDialogue }]
  }

  refs(): readonly Ref[] {
    if (this.#hasAllIds) return this.#refs
    let order = 0
    return this.#refs.map((ref) => ({
      ...ref,
      sentences: ref.sentences.map((sentence) => ({ ...sentence, order: order++ }))
    }))
  }
}

/** `-1`, `[-1]`, an empty list and `no_target` refer to nothing (gRefCOCO); null: no ids. */
function annotationIdsOf(element: JsonObject): readonly CocoId[] | null {
  const written = own(element, 'ann_id')
  const isNone = own(element, 'no_target')
  if (isNone === true || isNone === 1) return []
  const list: readonly unknown[] = Array.isArray(written) ? written : [written]
  const ids = list.map(cocoId)
  if (!ids.every((id): id is CocoId => id !== null)) return null
  return [...new Set(ids.filter((id) => id !== -1))]
}
