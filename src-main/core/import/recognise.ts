/** @file Which format the files of a data set have, by asking every reader. */
import { AppError } from '../../../src-shared/errors'
import type { Format, FormatId } from '../../../src-shared/formats/format'
import type { Recognition } from '../../../src-shared/formats/reading/reader'
import type { DataSource } from '../../../src-shared/formats/reading/source'
import { readExactJson } from '../../../src-shared/formats/reading/exact-json'
import { parseXml } from '../../../src-shared/formats/kit/xml'
import { MISTAKEN_HEAD_BYTES, mistakenFor } from './mistaken'

export interface RecognisedFormat {
  readonly format: Format
  /** 0..1; 1 where the person chose the format. */
  readonly score: number
  readonly because: string
  /** The files it would read. */
  readonly paths: readonly string[]
}

const readable = (formats: readonly Format[]): readonly Format[] => formats.filter(({ reader }) => reader !== undefined)

/** Every format that may be it, the likeliest first. */
export async function candidates(source: DataSource, formats: readonly Format[]): Promise<readonly RecognisedFormat[]> {
  const found: RecognisedFormat[] = []
  for (const format of readable(formats)) {
    const recognition = await asked(format, source)
    if (recognition !== null) found.push({ format, ...recognition })
  }
  return found.sort((a, b) => b.score - a.score)
}

/** What cannot be read at all is no format; the reader that is chosen says why. */
async function asked(format: Format, source: DataSource): Promise<Recognition | null> {
  try {
    return (await format.reader?.recognise(source)) ?? null
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('import/') && error.code !== 'import/cancelled') return null
    throw error
  }
}

/**
 * The format that is meant. Rejects with `import/unknown-format`, `import/ambiguous-format` (both list what may be it)
 * and, for a `wanted` one, `import/no-such-format`.
 */
export async function recognise(
  source: DataSource,
  formats: readonly Format[],
  wanted: FormatId | null
): Promise<RecognisedFormat> {
  if (wanted !== null) return chosen(source, formats, wanted)
  const [best, second, ...others] = await candidates(source, formats)
  if (best === undefined) throw unknownFormat(source, formats, await faultIn(source))
  if (second === undefined || second.score < best.score) return best
  const equal = [best, second, ...others.filter(({ score }) => score === best.score)]
  throw new AppError(
    'import/ambiguous-format',
    `It may be ${equal.map(({ format, because }) => `${format.info.id} (${because})`).join(', or ')}.`,
    {
      nextStep: 'Say which format it is, or choose one file or folder of it.',
      data: { candidates: equal.map(({ format }) => format.info.id).join(', ') }
    }
  )
}

async function chosen(source: DataSource, formats: readonly Format[], wanted: FormatId): Promise<RecognisedFormat> {
  const format = formats.find(({ info }) => info.id === wanted)
  if (format?.reader === undefined) {
    const known = readable(formats).map(({ info }) => info.id)
    throw new AppError(
      'import/no-such-format',
      format === undefined ? `There is no format ${wanted}.` : `The format ${wanted} can be written, but not read.`,
      { nextStep: `Choose one of ${known.join(', ')}.`, data: { format: wanted } }
    )
  }
  const recognition = await asked(format, source)
  const because = 'you chose it'
  return recognition === null
    ? { format, score: 1, because, paths: source.files.map(({ path }) => path) }
    : { format, ...recognition, because: `${because}; ${recognition.because}` }
}

const MAX_NAMES = 3

const LOOKED_AT = 3
const MOST_LOOKED_AT_BYTES = 64 * 1024 * 1024

async function readThrough(batches: AsyncIterable<unknown>): Promise<void> {
  const iterator = batches[Symbol.asyncIterator]()
  for (let next = await iterator.next(); next.done !== true;) next = await iterator.next()
}

/** null: it is no file but a pipe or a device. */
async function headOf(source: DataSource, path: string): Promise<Uint8Array | null> {
  try {
    return await source.head(path, MISTAKEN_HEAD_BYTES)
  } catch (error) {
    if (error instanceof AppError && error.code === 'import/no-such-file') return null
    throw error
  }
}

/** Readers look at no more of a file to tell what it is. */
const MOST_LINE_LETTERS = 1 << 20

/** Why the first line that is not blank is no JSON; null: it is, or there is none. */
async function faultInLines(source: DataSource, path: string): Promise<string | null> {
  for await (const lines of source.lines(path)) {
    const first = lines.find(({ text }) => text.trim() !== '')
    if (first === undefined) continue
    if (first.text.length > MOST_LINE_LETTERS)
      return `${path}, line ${first.number}: it has ${first.text.length} letters; lines with pictures inside them are not told apart, so choose the format.`
    const { fault } = readExactJson(first.text)
    if (fault !== null) return `${path}, line ${first.number}, column ${fault.at + 1}: ${fault.reason}.`
    return first.text.trimStart().startsWith('[')
      ? `${path}, line ${first.number}: it is a list, where each line should be an object of JSON.`
      : null
  }
  return null
}

/** Why the first files cannot be read at all, whatever they are; null: they can. */
async function faultIn(source: DataSource): Promise<string | null> {
  for (const { path } of source.files.slice(0, LOOKED_AT)) {
    const what = mistakenFor(path, await headOf(source, path))
    if (what !== null) return `${path} is ${what}.`
  }
  const looked = source.files.filter(({ path }) => /\.(jsonl?|ndjson|xml)$/i.test(path)).slice(0, LOOKED_AT)
  for (const { path, sizeBytes } of looked) {
    if (sizeBytes === 0 || sizeBytes > MOST_LOOKED_AT_BYTES) continue
    try {
      if (/xml$/i.test(path)) parseXml(path, await source.text(path))
      else if (/(jsonl|ndjson)$/i.test(path)) {
        const fault = await faultInLines(source, path)
        if (fault !== null) return fault
      } else await readThrough(source.json(path))
    } catch (error) {
      if (error instanceof AppError && error.code.startsWith('import/') && error.code !== 'import/cancelled')
        return error.message
      throw error
    }
  }
  return null
}

function unknownFormat(source: DataSource, formats: readonly Format[], fault: string | null): AppError {
  const names = source.files.slice(0, MAX_NAMES).map(({ path }) => path)
  const more = source.files.length > names.length ? ` and ${source.files.length - names.length} more` : ''
  const what =
    names.length === 0
      ? 'There is no file in it.'
      : `No format that can be read has files like ${names.join(', ')}${more}.${fault === null ? '' : ` ${fault}`}`
  return new AppError('import/unknown-format', what, {
    nextStep: `Formats that can be read: ${readable(formats)
      .map(({ info }) => `${info.id} (${info.fileName})`)
      .join(', ')}.`,
    data: { files: source.files.length }
  })
}
