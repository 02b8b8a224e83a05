/** @file Reading ODVG, both forms: facts in index.ts. */
import { AppError } from '../../errors'
import type { ImageSize } from '../../geometry/space'
import { BoxExtents } from '../kit/extent-doubts'
import { doubted, skipped } from '../kit/issue'
import { isObject, nameValue, own } from '../kit/json-fields'
import { LeftOut } from '../kit/left-out'
import { OWN_KEY } from '../kit/own-marks'
import { readExactJson } from '../reading/exact-json'
import type { ImportIssue, ImportItem } from '../reading/item'
import type { DataSource, SourceLine } from '../reading/source'
import { emptyRecordFiles, labelMaps, mapFor, odvgFiles, otherRecordFiles } from './files'
import type { LabelMap } from './files'
import { ImageRecords } from './image-records'
import { isSide } from '../kit/sides'

const TOP_KEYS = new Set([
  'filename',
  'width',
  'height',
  'detection',
  'grounding',
  'referring',
  'dataset_mode',
  OWN_KEY
])

const NOT_ODVG = 'Its first records have no filename with detections or groundings; the file is left out.'

export async function* readOdvg(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const files = await odvgFiles(source)
  const maps = await labelMaps(source)
  const others = await otherRecordFiles(source, new Set([...files, ...maps].map(({ path }) => path)))
  // A project without anything to say leaves as no file, or as names alone.
  if (
    files.length === 0 &&
    (maps.length === 0 || others.length > 0) &&
    source.files.some(({ sizeBytes }) => sizeBytes > 0)
  )
    throw new AppError(
      'import/not-this-format',
      'No file here has lines of JSON with a filename and detections or groundings.',
      { nextStep: 'Choose the folder that holds the .jsonl file.' }
    )
  if (files.length === 0) for (const map of maps) yield labelItems(map)
  if (others.length > 0) yield others.map((path) => skipped({ file: path }, 'import/not-this-format', NOT_ODVG))
  const empty = await emptyRecordFiles(source)
  if (empty.length > 0) yield empty.map((path) => doubted({ file: path }, 'import/no-records', 'The file is empty.'))
  const used = new Set<LabelMap>()
  for (const [i, { path }] of files.entries()) {
    const map = mapFor(path, maps)
    if (map !== null && !used.has(map)) {
      used.add(map)
      yield labelItems(map)
    }
    yield* readLines(source, path, map, files.length === 1 ? '' : `${i + 1}/`)
  }
}

function labelItems({ path, names }: LabelMap): readonly ImportItem[] {
  const seen = new Map<string, number>()
  return [...names].map(([index, name]) => {
    const before = seen.get(name)
    if (before === undefined) {
      seen.set(name, index)
      return { type: 'label', name }
    }
    const message = `Its labels ${before} and ${index} have the same name, ${nameValue(name)}; they became one class.`
    return doubted({ file: path, record: String(index) }, 'import/duplicate-name', message)
  })
}

async function* readLines(
  source: DataSource,
  path: string,
  map: LabelMap | null,
  keyPrefix: string
): AsyncGenerator<readonly ImportItem[]> {
  const extents = new BoxExtents(path, 'xyxy')
  const leftOut = new LeftOut(path, 'records')
  const shared = { file: path, keyPrefix, map, extents, leftOut, categoryOf: new Map<number, string>() }
  let image: ImageRecords | null = null as ImageRecords | null
  for await (const lines of source.lines(path)) {
    const items: ImportItem[] = []
    for (const line of lines) {
      if (line.text.trim() === '') continue
      const record = recordOf(path, line)
      if (record.type === 'issue') {
        items.push(record)
        continue
      }
      const { filename, size, isStated } = record
      if (image?.filename !== filename) {
        const known: ImageSize | null = size ?? (await source.imageSize(filename, path))
        image = new ImageRecords(filename, size, known, shared)
        items.push(image.item())
      } else image.seeSize(size, line.number, items)
      if (isStated && size === null) {
        const message = `Its size should be whole pixels, not ${nameValue(own(record.value, 'width'))} × ${nameValue(own(record.value, 'height'))}; the image itself was asked.`
        items.push(doubted({ file: path, line: line.number }, 'import/bad-size', message))
      }
      for (const key of Object.keys(record.value)) if (!TOP_KEYS.has(key)) leftOut.see(key)
      image.read(record.value, line.number, items)
    }
    yield items
  }
  yield [...extents.issues(), ...leftOut.issues()]
}

interface LineRecord {
  readonly type: 'record'
  readonly value: Readonly<Record<string, unknown>>
  readonly filename: string
  readonly size: ImageSize | null
  readonly isStated: boolean
}

function recordOf(file: string, { number, text }: SourceLine): LineRecord | ImportIssue {
  const where = { file, line: number }
  const { value, fault } = readExactJson(text)
  if (fault !== null) return skipped(where, 'import/json', `At column ${fault.at + 1}: ${fault.reason}.`)
  if (!isObject(value))
    return skipped(where, 'import/bad-record', `A line should hold one object, not ${nameValue(value)}.`)
  const filename = own(value, 'filename')
  if (typeof filename !== 'string' || filename === '')
    return skipped(where, 'import/no-image', `Its filename should name the image, but is ${nameValue(filename)}.`)
  const [width, height] = [own(value, 'width'), own(value, 'height')]
  const sides = [width, height]
  const isSize = sides.every(isSide)
  return {
    type: 'record',
    value,
    filename,
    size: isSize ? { width: width as number, height: height as number } : null,
    isStated: sides.some((side) => side !== undefined && side !== null)
  }
}
