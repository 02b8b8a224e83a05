/**
 * @file Files of training records: a JSON list of objects, or one object on each line. Which of the two it is, is seen
 * from the first letter; names of files say it wrongly too often.
 */
import { AppError } from '../../../errors'
import { readExactJson } from '../../reading/exact-json'
import type { ImportIssue, ImportItem } from '../../reading/item'
import type { Recognition } from '../../reading/reader'
import type { DataSource } from '../../reading/source'
import { headText } from '../head-text'
import { skipped } from '../issue'
import type { Whereabouts } from '../issue'
import { isObject, nameValue, own } from '../json-fields'
import type { JsonObject } from '../json-fields'
import { isNamed } from '../small-json'

/** One element of the list or one line; an issue where it is no object. */
export type FoundRecord =
  | { readonly where: Whereabouts; readonly value: JsonObject; readonly issue: null }
  | { readonly where: Whereabouts; readonly value: null; readonly issue: ImportIssue }

const faulty = (where: Whereabouts, code: `import/${string}`, message: string): FoundRecord => ({
  where,
  value: null,
  issue: skipped(where, code, message)
})

const HEAD_BYTES = 4096
const ID_KEYS = ['id', 'question_id', 'sample_id', 'qid'] as const

/** The id as the file says it, in full; its place where it says none. */
function recordId(record: unknown, place: string): string {
  if (!isObject(record)) return place
  for (const key of ID_KEYS) {
    const id = own(record, key)
    if (typeof id === 'string' && id !== '') return id
    if (typeof id === 'number' || typeof id === 'bigint') return String(id)
  }
  return place
}

function* recordsIn(value: unknown, file: string, place: string): Generator<FoundRecord> {
  if (Array.isArray(value)) {
    if (value.length === 0)
      yield faulty({ file, record: place }, 'import/bad-record', 'A record should be an object, not an empty list.')
    // Packed data: several records that are trained as one.
    for (const [i, part] of value.entries()) yield* recordOf(part, { file, record: recordId(part, `${place}.${i}`) })
    return
  }
  yield* recordOf(value, { file, record: recordId(value, place) })
}
function* recordOf(value: unknown, where: Whereabouts): Generator<FoundRecord> {
  if (isObject(value)) yield { where, value, issue: null }
  else yield faulty(where, 'import/bad-record', `A record should be an object, not ${nameValue(value)}.`)
}

async function* listRecords(source: DataSource, file: string): AsyncGenerator<readonly FoundRecord[]> {
  for await (const batch of source.json(file)) {
    if (batch.kind === 'value') throw notThisFormat(file, 'it should be a list of records')
    if (batch.section !== '') throw notThisFormat(file, 'it should be a list of records, not an object')
    yield batch.elements.flatMap((element, i) => [...recordsIn(element, file, `record ${batch.firstIndex + i}`)])
  }
}

async function* lineRecords(source: DataSource, file: string): AsyncGenerator<readonly FoundRecord[]> {
  for await (const lines of source.lines(file)) {
    yield lines.flatMap(({ number, text }): readonly FoundRecord[] => {
      if (text.trim() === '') return []
      const { value, fault } = readExactJson(text)
      const where = { file, line: number }
      if (fault !== null)
        return [faulty(where, 'import/json', `Column ${fault.at + 1}: ${fault.reason}; the line is left out.`)]
      const record = recordId(value, '')
      return [...recordOf(value, record === '' ? where : { ...where, record })]
    })
  }
}

export const notThisFormat = (file: string, why: string): AppError =>
  new AppError('import/not-this-format', `${file}: ${why}.`, {
    nextStep: 'Choose another format, or the file that holds the records.',
    data: { file }
  })

const isList = async (source: DataSource, file: string): Promise<boolean> =>
  /^\s*\[/.test((await headText(source, file, HEAD_BYTES)) ?? '')

export async function* recordBatches(source: DataSource, file: string): AsyncGenerator<readonly FoundRecord[]> {
  yield* (await isList(source, file)) ? listRecords(source, file) : lineRecords(source, file)
}

const FIRST_RECORDS = 16
const MOST_FILES_LOOKED_AT = 64

/** A file whose first line is longer is no file of records; more of it is not read to find that out. */
const FIRST_LINES_BYTES = 1 << 20

/** The first sound records of a file; none where it cannot be read. Reads the beginning of the file only. */
async function firstRecords(source: DataSource, file: string): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = []
  try {
    if (!(await isList(source, file))) return await firstLineRecords(source, file)
    for await (const batch of listRecords(source, file)) {
      for (const { value } of batch) if (value !== null) found.push(value)
      if (found.length >= FIRST_RECORDS) break
    }
  } catch (error) {
    // What comes before the fault may tell the format; reading it will name the fault.
    if (!(error instanceof AppError) || !error.code.startsWith('import/')) throw error
  }
  return found.slice(0, FIRST_RECORDS)
}

async function firstLineRecords(source: DataSource, file: string): Promise<readonly JsonObject[]> {
  const size = source.files.find(({ path }) => path === file)?.sizeBytes ?? 0
  const lines = ((await headText(source, file, FIRST_LINES_BYTES)) ?? '').split(/\r\n|\r|\n/)
  const whole = size > FIRST_LINES_BYTES ? lines.slice(0, -1) : lines
  const found: JsonObject[] = []
  for (const text of whole) {
    if (found.length >= FIRST_RECORDS) break
    if (text.trim() === '') continue
    const { value, fault } = readExactJson(text)
    if (fault === null) for (const part of recordsIn(value, file, '')) if (part.value !== null) found.push(part.value)
  }
  return found.slice(0, FIRST_RECORDS)
}

/** How a record shows which format it is; `because` in words for people. null: it is none of it. */
export type RecordTest = (
  record: JsonObject,
  file: string
) => { readonly score: number; readonly because: string } | null

const recordFiles = (source: DataSource): readonly string[] =>
  source.files.map(({ path }) => path).filter((path) => isNamed(path, 'json') || isNamed(path, 'jsonl'))

export async function recogniseRecords(source: DataSource, test: RecordTest): Promise<Recognition | null> {
  let best: { readonly score: number; readonly because: string } | null = null
  const paths: string[] = []
  for (const path of recordFiles(source).slice(0, MOST_FILES_LOOKED_AT)) {
    const marks = (await firstRecords(source, path)).flatMap((record) => test(record, path) ?? [])
    const [mark] = marks.toSorted((a, b) => b.score - a.score)
    if (mark === undefined) continue
    paths.push(path)
    if (best === null || mark.score > best.score) best = mark
  }
  return best === null ? null : { ...best, paths }
}

/** Reads one record; a thrown error is a fault of ours. */
export type RecordReader = (
  record: JsonObject,
  where: Whereabouts,
  number: number
) => Promise<readonly ImportItem[]> | readonly ImportItem[]

/**
 * Every file that holds such records; other JSON files are told. Rejects with `import/not-this-format` where no file
 * does. `number` counts records over all files, so that keys made from it are unique.
 */
export async function* readRecords(
  source: DataSource,
  test: RecordTest,
  readerOf: (file: string) => RecordReader,
  ignored: readonly string[] = []
): AsyncGenerator<readonly ImportItem[]> {
  const others: ImportIssue[] = []
  let number = 0
  let hasRead = false
  for (const file of recordFiles(source)) {
    if (ignored.includes(file.slice(file.lastIndexOf('/') + 1))) continue
    const first = await firstRecords(source, file)
    const isOther = first.length > 0 && first.every((record) => test(record, file) === null)
    if (isOther) {
      const message = 'Its records are not of this format; the file is left out.'
      others.push(skipped({ file }, 'import/not-this-format', message))
      continue
    }
    hasRead = true
    const reader = readerOf(file)
    for await (const batch of recordBatches(source, file)) {
      const items: ImportItem[] = []
      for (const { where, value, issue } of batch) {
        if (issue !== null) items.push(issue)
        else for (const item of await reader(value, where, number++)) items.push(item)
      }
      if (items.length > 0) yield items
    }
  }
  if (!hasRead && others.length > 0) throw notThisFormat(others[0]?.file ?? '', 'no record of this format was found')
  if (others.length > 0) yield others
}
