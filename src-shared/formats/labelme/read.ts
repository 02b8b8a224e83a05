/** @file Reading LabelMe and X-AnyLabeling files: one image each. */
import type { ImageSize } from '../../geometry/space'
import { doubted, noted, skipped, skippedFile } from '../kit/issue'
import { attributesFrom, isNumber, isObject, scalarOf, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { namesakeOf } from '../kit/namesake'
import { PlaceDoubts } from '../kit/place-doubts'
import { AnnotatedImages } from '../kit/annotated-images'
import { besideAnnotation, lastNameOfPath } from '../kit/references'
import { isNamed, topLevelOf } from '../kit/small-json'
import type { Attributes, ImportIssue, ImportItem, ImportRegion, ImportRelation } from '../reading/item'
import type { DataSource } from '../reading/source'
import { classNames } from './classes'
import { OWN_KEY, ownFields, ownImage } from '../kit/own-fields'
import type { OwnFields } from '../kit/own-fields'
import { readGeometry } from './read-shape'
import { joinParts } from '../kit/parts'
import type { LabelTool } from './tool'
import { isSide } from '../kit/sides'

const TOP_KEYS = new Set([
  ...['version', 'flags', 'checked', 'shapes', 'imagePath', 'imageData', 'imageHeight', 'imageWidth', OWN_KEY]
])
const SHAPE_KEYS = new Set([
  ...['label', 'points', 'group_id', 'shape_type', 'flags', 'description', 'mask'],
  ...['difficult', 'score', 'attributes', 'kie_linking', 'direction', OWN_KEY]
])
/** Colours of windows, in files of LabelMe before 4. */
const FORGOTTEN_KEYS = new Set(['lineColor', 'fillColor', 'line_color', 'fill_color'])
const KEPT_IN_MEMORY = (key: string): boolean => key !== 'imageData'
const MOST_FILES_PER_BATCH = 64

export async function* readLabelTool(tool: LabelTool, source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const files = new Set(source.files.map(({ path }) => path))
  const images = new AnnotatedImages(files)
  let batch: ImportItem[] = await classNames(tool, source)
  let filesInBatch = 0
  for (const { path } of source.files) {
    if (!isNamed(path, 'json')) continue
    batch.push(...(await readFile(source, path, files, images)))
    if (++filesInBatch < MOST_FILES_PER_BATCH) continue
    yield batch
    ;[batch, filesInBatch] = [[], 0]
  }
  if (batch.length > 0) yield batch
}

async function readFile(
  source: DataSource,
  path: string,
  files: ReadonlySet<string>,
  images: AnnotatedImages
): Promise<readonly ImportItem[]> {
  try {
    const top = await topLevelOf(source, path, KEPT_IN_MEMORY)
    if (top === null)
      return [
        skipped({ file: path }, 'import/not-this-format', 'It is a JSON file without shapes: not one of LabelMe.')
      ]
    return await readImage(source, path, top, files, images)
  } catch (error) {
    return [skippedFile(path, error)]
  }
}

async function readImage(
  source: DataSource,
  file: string,
  top: JsonObject,
  files: ReadonlySet<string>,
  images: AnnotatedImages
): Promise<readonly ImportItem[]> {
  const shapes = own(top, 'shapes')
  if (!Array.isArray(shapes)) {
    const message = `Its shapes should be a list, not ${nameValue(shapes)}: not a file of LabelMe.`
    return [skipped({ file }, 'import/not-this-format', message)]
  }
  const written = own(top, 'imagePath')
  if (typeof written !== 'string' || written === '')
    return [skipped({ file }, 'import/no-image', `Its imagePath should name the image, but is ${nameValue(written)}.`)]
  const issues: ImportIssue[] = topNotes(top, file)
  const stated = statedSize(top, file, issues)
  const ours = ownImage(top)
  // Somebody may have made the file stand for another image since.
  const isOurs = ours !== null && lastNameOfPath(ours) === written
  const namesake = isOurs ? null : await namesakeOf(source, file, written, 'imagePath')
  if (namesake !== null) issues.push(doubted({ file }, 'import/other-image', namesake.message))
  const named = namesake?.reference ?? written
  const reference = isOurs ? ours : besideAnnotation(named, file, files)
  issues.push(...images.see(file, reference))
  const size = stated ?? (await source.imageSize(named, file))
  if (size === null) {
    const message = `Neither the file nor an image ${nameValue(named)} says how large it is, so its pixels have no place.`
    return [...issues, skipped({ file }, 'import/no-size', message)]
  }
  const checked = own(top, 'checked')
  const image: ImportItem = {
    type: 'image',
    imageKey: file,
    reference,
    size: stated,
    ...(checked === true ? { done: true } : {})
  }
  const namesTypes =
    Number.parseFloat(String(own(top, 'version'))) >= FIRST_WITH_TYPES ||
    shapes.some((entry) => isObject(entry) && own(entry, 'shape_type') !== undefined)
  const read = new ImageReading(file, size, isOurs, namesTypes)
  shapes.forEach((entry, i) => read.shape(entry, i))
  const { regions, issues: ofRegions } = joinParts(read.regions, file)
  return [image, ...regions, ...read.relations(), ...issues, ...read.issues, ...ofRegions, ...read.doubts.issues()]
}

function statedSize(top: JsonObject, file: string, issues: ImportIssue[]): ImageSize | null {
  const [width, height] = [own(top, 'imageWidth'), own(top, 'imageHeight')]
  if (isSide(width) && isSide(height)) return { width, height }
  // X-AnyLabeling writes -1 while it does not know.
  const isUnknown = [width, height].every((side) => side === undefined || side === null || side === -1)
  if (!isUnknown) {
    const message = `Its size should be whole pixels, not ${nameValue(width)} × ${nameValue(height)}; the image itself was asked.`
    issues.push(doubted({ file }, 'import/bad-size', message))
  }
  return null
}

function topNotes(top: JsonObject, file: string): ImportIssue[] {
  const issues: ImportIssue[] = []
  const note = (code: `import/${string}`, message: string): number => issues.push(noted({ file }, code, message))
  if (own(top, 'imageData') === true)
    note('import/embedded-image', 'The picture inside the file is not read; the image it names is.')
  const flags = own(top, 'flags')
  const raised = isObject(flags) ? Object.keys(flags).filter((flag) => own(flags, flag) !== false) : []
  if (raised.length > 0) note('import/image-flags', `Flags of a whole image are not kept: ${raised.join(', ')}.`)
  if (own(top, 'checked') === 'failed')
    note('import/image-failed', 'It is marked as failed; Eyrie knows only images that are done.')
  const others = Object.keys(top).filter(
    (key) => !TOP_KEYS.has(key) && !FORGOTTEN_KEYS.has(key) && !isEmpty(own(top, key))
  )
  if (others.length > 0) note('import/other-fields', `Of the image, these are not kept: ${others.join(', ')}.`)
  return issues
}

/** Version of LabelMe. */
const FIRST_WITH_TYPES = 3.3

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0)

class ImageReading {
  readonly regions: (ImportRegion & { readonly part: readonly [number, number] | null })[] = []
  readonly issues: ImportIssue[] = []
  readonly doubts: PlaceDoubts
  readonly #links: { readonly record: string; readonly pairs: readonly (readonly [number, number])[] }[] = []

  readonly file: string
  readonly size: ImageSize

  readonly #namesTypes: boolean

  /** `namesTypes`: the file is not of before LabelMe 3.3, when every shape was a polygon. */
  constructor(file: string, size: ImageSize, isOurs: boolean, namesTypes: boolean) {
    this.#namesTypes = namesTypes
    this.file = file
    this.size = size
    this.doubts = new PlaceDoubts(size, file, isOurs)
  }

  shape(entry: unknown, index: number): void {
    const where = { file: this.file, record: `shape ${index}` }
    const tell = (issue: ImportIssue): number => this.issues.push(issue)
    if (!isObject(entry)) {
      tell(skipped(where, 'import/bad-record', `It should be an object, not ${nameValue(entry)}.`))
      return
    }
    const label = own(entry, 'label')
    if (typeof label !== 'string' && label !== null) {
      tell(skipped(where, 'import/bad-label', `Its label should be a text, not ${nameValue(label)}.`))
      return
    }
    const geometry = readGeometry(entry, this.size, where, tell)
    if (geometry === null) return
    this.doubts.see(where.record, geometry.points)
    if ((own(entry, 'shape_type') ?? null) === null && this.#namesTypes)
      tell(doubted(where, 'import/no-shape-type', 'It names no shape_type, as other shapes do; read as a polygon.'))
    const ours = ownFields(entry)
    const isUnlabelled = label === null || label === '' || label === ours.unlabelled
    if (isUnlabelled && ours.unlabelled === null)
      tell(doubted(where, 'import/no-label', 'Its label is empty; it was read without a class.'))
    const phrase = own(entry, 'description')
    if (phrase !== undefined && phrase !== null && typeof phrase !== 'string')
      tell(
        noted(where, 'import/bad-description', `Its description should be a text, not ${nameValue(phrase)}; left out.`)
      )
    const score = own(entry, 'score')
    const isConfidence = isNumber(score) && score >= 0 && score <= 1
    if (!isConfidence && score !== undefined && score !== null)
      tell(
        doubted(where, 'import/bad-score', `Its score should be between 0 and 1, not ${nameValue(score)}; left out.`)
      )
    const attributes = this.#attributes(entry, ours, where)
    this.#seeLinks(entry, where)
    this.regions.push({
      type: 'region',
      imageKey: this.file,
      key: String(index),
      shape: geometry.shape,
      label: isUnlabelled ? null : label,
      phrase: typeof phrase === 'string' && phrase !== '' ? phrase : null,
      part: ours.part,
      ...(ours.state === null ? {} : { state: ours.state }),
      ...(ours.origin === null ? {} : { origin: ours.origin }),
      ...(isConfidence ? { confidence: score } : {}),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes })
    })
  }

  /** Flags, group and `difficult` under their own names, then `attributes`; what is no scalar is told. */
  #attributes(
    entry: JsonObject,
    ours: OwnFields,
    where: { readonly file: string; readonly record: string }
  ): Attributes {
    const found = new Map<string, string | number | boolean>()
    const lost: string[] = []
    const flags = own(entry, 'flags')
    if (isObject(flags)) {
      for (const flag of Object.keys(flags)) {
        const value = scalarOf(own(flags, flag))
        if (value !== null) found.set(`flags.${flag}`, value)
        else lost.push(`flags.${flag}`)
      }
    } else if (!isEmpty(flags)) lost.push('flags')
    const group = scalarOf(own(entry, 'group_id'))
    const isPart = ours.part !== null && group === ours.part[0]
    if (group !== null) {
      if (!isPart) found.set('group_id', group)
    } else if (!isEmpty(own(entry, 'group_id'))) lost.push('group_id')
    if (own(entry, 'difficult') === true) found.set('difficult', true)
    const attributes = own(entry, 'attributes')
    if (isObject(attributes)) {
      for (const key of Object.keys(attributes)) {
        const value = scalarOf(own(attributes, key))
        if (value !== null) found.set(found.has(key) ? `attributes.${key}` : key, value)
        else lost.push(`attributes.${key}`)
      }
    } else if (!isEmpty(attributes)) lost.push('attributes')
    lost.push(
      ...Object.keys(entry).filter(
        (key) => !SHAPE_KEYS.has(key) && !FORGOTTEN_KEYS.has(key) && !isEmpty(own(entry, key))
      )
    )
    if (lost.length > 0)
      this.issues.push(noted(where, 'import/other-fields', `These are not kept: ${lost.join(', ')}.`))
    return attributesFrom([...found, ...Object.entries(ours.attributes)])
  }

  #seeLinks(entry: JsonObject, { record }: { readonly record: string }): void {
    const links = own(entry, 'kie_linking')
    if (links === undefined || isEmpty(links)) return
    const pairs = Array.isArray(links)
      ? links.filter(
          (pair): pair is [number, number] => Array.isArray(pair) && pair.length === 2 && pair.every(isNumber)
        )
      : []
    if (!Array.isArray(links) || pairs.length < links.length) {
      const message = 'Its kie_linking should be a list of pairs of group ids; what is not was left out.'
      this.issues.push(noted({ file: this.file, record }, 'import/bad-links', message))
    }
    this.#links.push({ record, pairs })
  }

  /** `kie_linking` names groups: [from, to]. Tied where each group is one region. */
  relations(): readonly (ImportRelation | ImportIssue)[] {
    const byGroup = new Map<unknown, string[]>()
    for (const { key, attributes } of this.regions) {
      const group = attributes?.['group_id']
      if (group !== undefined) byGroup.set(group, [...(byGroup.get(group) ?? []), key])
    }
    const seen = new Set<string>()
    return this.#links.flatMap(({ record, pairs }) =>
      pairs.flatMap(([from, to]): readonly (ImportRelation | ImportIssue)[] => {
        const id = `${from} ${to}`
        // Each end of a link may hold it.
        if (seen.has(id)) return []
        seen.add(id)
        const [subject, ...moreSubjects] = byGroup.get(from) ?? []
        const [object, ...moreObjects] = byGroup.get(to) ?? []
        if (subject === undefined || object === undefined || moreSubjects.length > 0 || moreObjects.length > 0) {
          const message = `Its link from group ${from} to group ${to} has no single region at each end; left out.`
          return [noted({ file: this.file, record }, 'import/loose-link', message)]
        }
        return [{ type: 'relation', imageKey: this.file, subject, predicate: 'links to', object }]
      })
    )
  }
}
