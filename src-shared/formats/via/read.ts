/** @file Reading projects and exports of VIA. */
import { doubted, noted, skipped, skippedFile } from '../kit/issue'
import { attributesFrom, isObject, nameValue, own, scalarOf } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { ownFieldsIn } from '../kit/own-fields'
import { joinParts } from '../kit/parts'
import type { PartRegion } from '../kit/parts'
import { PlaceDoubts } from '../kit/place-doubts'
import { isNamed, topLevelOf } from '../kit/small-json'
import type { ImportIssue, ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { readShape } from './read-shape'
import { CLASS_NAMES, CONFIDENCE, OWN_ATTRIBUTE, PHRASE } from './tool'

export async function* readVia(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const files = source.files.filter(({ path }) => isNamed(path, 'json'))
  for (const { path } of files) {
    try {
      yield* readFile(source, path)
    } catch (error) {
      if (files.length === 1) throw error
      yield [skippedFile(path, error)]
    }
  }
}

async function* readFile(source: DataSource, file: string): AsyncGenerator<readonly ImportItem[]> {
  const top = await topLevelOf(source, file)
  const held = top === null ? undefined : own(top, '_via_img_metadata')
  const images = isObject(held) ? held : top
  const entries = images === null ? [] : Object.keys(images).map((key) => [key, own(images, key)] as const)
  const isVia =
    isObject(held) || (entries.length > 0 && entries.every(([, entry]) => isObject(entry) && 'regions' in entry))
  if (top === null || !isVia) {
    yield [skipped({ file }, 'import/not-this-format', 'It is JSON without the images of a project of VIA.')]
    return
  }
  const classes = classesOf(top)
  yield classes.names.map((name): ImportItem => ({ type: 'label', name }))
  for (const [index, [key, entry]] of entries.entries())
    yield await readImage(entry, {
      ...{ source, file, key, index },
      ...{ isOurs: classes.isOurs, hasClasses: classes.names.length > 0 }
    })
}

/** Options of the class attribute, in their order; our own list where the file has one, since objects sort numbers first. */
function classesOf(top: JsonObject): { readonly names: readonly string[]; readonly isOurs: boolean } {
  const settings = own(top, '_via_settings')
  const ours = isObject(settings) ? own(settings, OWN_ATTRIBUTE) : null
  const listed = isObject(ours) ? own(ours, 'labels') : null
  if (Array.isArray(listed)) return { names: listed.filter((name) => typeof name === 'string'), isOurs: true }
  const attributes = own(top, '_via_attributes')
  const region = isObject(attributes) ? own(attributes, 'region') : null
  if (!isObject(region)) return { names: [], isOurs: false }
  const name = CLASS_NAMES.find((candidate) => Object.hasOwn(region, candidate))
  const field = name === undefined ? null : own(region, name)
  const options = isObject(field) ? own(field, 'options') : null
  return { names: isObject(options) ? Object.keys(options).filter((option) => option !== '') : [], isOurs: false }
}

interface ImagePlace {
  readonly source: DataSource
  readonly file: string
  readonly key: string
  readonly index: number
  readonly isOurs: boolean
  /** The project lists classes, so a region without one is no habit of its. */
  readonly hasClasses: boolean
}

async function readImage(
  entry: unknown,
  { source, file, key, index, isOurs, hasClasses }: ImagePlace
): Promise<readonly ImportItem[]> {
  const where = { file, record: key }
  if (!isObject(entry)) return [skipped(where, 'import/bad-record', `It should be an object, not ${nameValue(entry)}.`)]
  const name = own(entry, 'filename')
  if (typeof name !== 'string' || name === '')
    return [skipped(where, 'import/no-image', `Its filename should name the image, but is ${nameValue(name)}.`)]
  const held = own(entry, 'regions')
  const regions = Array.isArray(held)
    ? held
    : isObject(held)
      ? Object.keys(held).map((number) => own(held, number))
      : null
  const imageKey = `${file}#${index}`
  const image: ImportItem = { type: 'image', imageKey, reference: name, size: null }
  const issues: ImportIssue[] = []
  const about = own(entry, 'file_attributes')
  const answered = isObject(about) ? Object.keys(about).filter((field) => own(about, field) !== '') : []
  if (answered.length > 0)
    issues.push(
      noted(where, 'import/image-answer', `Attributes of the whole image are not kept: ${answered.join(', ')}.`)
    )
  if (regions === null) {
    const message = `Its regions should be a list or an object, not ${nameValue(held)}.`
    return [image, ...issues, skipped(where, 'import/bad-record', message)]
  }
  if (regions.length === 0) return [image, ...issues]
  const size = await source.imageSize(name, file)
  if (size === null) {
    const message = `The file does not say how large ${nameValue(name)} is, and the image is not there to be asked.`
    return [...issues, skipped(where, 'import/no-size', message)]
  }
  const doubts = new PlaceDoubts(size, file, isOurs)
  const read = regions.flatMap((region, i): readonly PartRegion[] => {
    const place = { file, record: `${key}, region ${i}` }
    const tell = (issue: ImportIssue): number => issues.push(issue)
    if (!isObject(region)) {
      tell(skipped(place, 'import/bad-record', `It should be an object, not ${nameValue(region)}.`))
      return []
    }
    const fields = own(region, 'shape_attributes')
    if (!isObject(fields)) {
      tell(skipped(place, 'import/bad-record', `Its shape_attributes should be an object, not ${nameValue(fields)}.`))
      return []
    }
    const attributes = own(region, 'region_attributes')
    const said = isObject(attributes) ? attributes : {}
    if (!isObject(attributes) && attributes !== undefined) {
      const message = `Its region_attributes should be an object, not ${nameValue(attributes)}; it was read without a class.`
      tell(doubted(place, 'import/bad-label', message))
    }
    const ownText = own(said, OWN_ATTRIBUTE)
    const ours = ownFieldsIn(typeof ownText === 'string' ? ownText : null)
    const shape = readShape(own(fields, 'name'), { fields, size, ours, where: place, tell })
    if (typeof shape === 'string') {
      tell(skipped(place, 'import/bad-shape', shape))
      return []
    }
    doubts.see(place.record, shape.points)
    const { label, rest, isUnclear } = saidOf(said, place, tell)
    if (label === null && !isUnclear && !isOurs && (hasClasses || Object.keys(said).length > 0))
      tell(doubted(place, 'import/no-label', 'None of its attributes says its class; it was read without one.'))
    const phrase = rest.get(PHRASE)
    const score = Number(rest.get(CONFIDENCE))
    const hasScore = rest.has(CONFIDENCE) && rest.get(CONFIDENCE) !== '' && score >= 0 && score <= 1
    for (const taken of [PHRASE, OWN_ATTRIBUTE, ...(hasScore ? [CONFIDENCE] : [])]) rest.delete(taken)
    for (const [field, value] of Object.entries(ours.attributes)) {
      const written = rest.get(field)
      if (written === undefined || String(written) === String(value)) rest.set(field, value)
    }
    const kept = attributesFrom(rest)
    return [
      {
        type: 'region',
        imageKey,
        key: String(i),
        shape: shape.shape,
        label: label === ours.unlabelled ? null : label,
        phrase: typeof phrase === 'string' && phrase !== '' ? phrase : null,
        part: ours.part,
        ...(ours.state === null ? {} : { state: ours.state }),
        ...(ours.origin === null ? {} : { origin: ours.origin }),
        ...(hasScore ? { confidence: score } : {}),
        ...(Object.keys(kept).length === 0 ? {} : { attributes: kept })
      }
    ]
  })
  const joined = joinParts(read, file)
  return [image, ...joined.regions, ...joined.issues, ...issues, ...doubts.issues()]
}

interface Said {
  readonly label: string | null
  /** It has no class because it may have several, or one that is no text; that is told. */
  readonly isUnclear: boolean
  readonly rest: Map<string, string | number | boolean>
}

/** A check box is `{ option: true, … }`: the options that are on. */
function saidOf(
  said: JsonObject,
  place: { readonly file: string; readonly record: string },
  tell: (issue: ImportIssue) => void
): Said {
  const rest = new Map<string, string | number | boolean>()
  const severals = new Set<string>()
  for (const name of Object.keys(said)) {
    const value = own(said, name)
    const options = isObject(value) ? Object.keys(value).filter((option) => own(value, option) === true) : []
    if (options.length > 1) severals.add(name)
    const scalar = isObject(value) ? options.join(', ') : scalarOf(value)
    if (scalar !== null) rest.set(name, scalar)
    else if (value !== null)
      tell(noted(place, 'import/other-fields', `Its attribute ${name} is not kept: ${nameValue(value)}.`))
  }
  const others = [...rest.keys()].filter((name) => name !== PHRASE && name !== CONFIDENCE && name !== OWN_ATTRIBUTE)
  const key = CLASS_NAMES.find((name) => rest.has(name)) ?? (others.length === 1 ? others[0] : undefined)
  if (key === undefined) {
    if (others.length > 1)
      tell(
        doubted(
          place,
          'import/no-class',
          `Which of its attributes is its class is not clear: ${others.join(', ')}; it has none.`
        )
      )
    return { label: null, rest, isUnclear: others.length > 1 }
  }
  const label = rest.get(key)
  if (severals.has(key)) {
    const message = `Its class ${key} is several, ${nameValue(label)}; it was read without one, and they are an attribute.`
    tell(doubted(place, 'import/several-labels', message))
    return { label: null, rest, isUnclear: true }
  }
  if (typeof label === 'boolean') {
    tell(doubted(place, 'import/bad-label', `Its class ${key} is ${label}, which is no name; it was read without one.`))
    return { label: null, rest, isUnclear: true }
  }
  rest.delete(key)
  return { label: label === undefined || label === '' ? null : String(label), rest, isUnclear: false }
}
