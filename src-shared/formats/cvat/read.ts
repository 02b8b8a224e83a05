/** @file Reading CVAT for images: images of any number, each with its shapes. */
import type { ImageSize } from '../../geometry/space'
import { doubted, noted, skipped, skippedFile } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { attributesFrom, nameValue } from '../kit/json-fields'
import { ownFieldsIn } from '../kit/own-fields'
import type { OwnFields } from '../kit/own-fields'
import { joinParts } from '../kit/parts'
import type { PartRegion } from '../kit/parts'
import { PlaceDoubts } from '../kit/place-doubts'
import { isNamed } from '../kit/small-json'
import { childrenOf, numberOf, xmlChildren } from '../kit/xml'
import type { XmlElement } from '../kit/xml'
import type { Attributes, ImportIssue, ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { declaredIn } from './labels'
import type { Declared } from './labels'
import { SHAPE_READERS, isShapeName } from './read-shape'
import { OWN_ATTRIBUTE, PHRASE, CONFIDENCE, sourceMeaning } from './tool'
import { isSide } from '../kit/sides'

const NOTHING_DECLARED: Declared = { labels: [], inputTypes: new Map(), isOurs: false, isKnown: () => true }

export async function* readCvat(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const files = source.files.filter(({ path }) => isNamed(path, 'xml'))
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
  let declared = NOTHING_DECLARED
  let index = 0
  let isOther = false
  const seen = new Set<string>()
  for await (const { root, children } of xmlChildren(source, file)) {
    if (root.name !== 'annotations') {
      if (!isOther)
        yield [
          skipped(
            { file, line: root.line },
            'import/not-this-format',
            `Its root is <${root.name}>, not <annotations>: not a file of CVAT.`
          )
        ]
      isOther = true
      continue
    }
    const items: ImportItem[] = []
    for (const child of children) {
      if (child.name === 'meta') {
        declared = declaredIn(child)
        items.push(...declared.labels)
      } else if (child.name === 'image') {
        const name = child.attributes.get('name') ?? ''
        if (seen.has(name)) {
          const where = { file, line: child.line, record: `image ${child.attributes.get('id') ?? index}` }
          items.push(doubted(where, 'import/image-named-twice', `The image ${nameValue(name)} was there before.`))
        }
        seen.add(name)
        items.push(...(await readImage(child, { source, file, declared, index: index++ })))
      } else items.push(...beside(child, file))
    }
    if (items.length > 0) yield items
  }
}

function beside(child: XmlElement, file: string): readonly ImportIssue[] {
  const where = { file, line: child.line }
  if (child.name === 'version')
    return child.text.trim() === '1.1'
      ? []
      : [doubted(where, 'import/other-version', `It is version ${nameValue(child.text.trim())}; it was read as 1.1.`)]
  if (child.name === 'track') {
    const record = `track ${child.attributes.get('id') ?? '?'}`
    const message = 'It is a track of CVAT for video, which Eyrie does not read: export the task as “CVAT for images”.'
    return [skipped({ ...where, record }, 'import/video-track', message)]
  }
  return [skipped(where, 'import/unknown-element', `Its element <${child.name}> is not one of CVAT for images.`)]
}

interface ImagePlace {
  readonly source: DataSource
  readonly file: string
  readonly declared: Declared
  readonly index: number
}

async function readImage(
  element: XmlElement,
  { source, file, declared, index }: ImagePlace
): Promise<readonly ImportItem[]> {
  const { attributes } = element
  const where = { file, line: element.line, record: `image ${attributes.get('id') ?? index}` }
  const name = attributes.get('name')
  if (name === undefined || name === '')
    return [skipped(where, 'import/no-image', `Its name should name the image, but is ${nameValue(name)}.`)]
  const issues: ImportIssue[] = []
  const [width, height] = [numberOf(attributes.get('width')), numberOf(attributes.get('height'))]
  const stated: ImageSize | null = isSide(width) && isSide(height) ? { width, height } : null
  if (stated === null && (attributes.has('width') || attributes.has('height'))) {
    const message = `Its size should be whole pixels, not ${nameValue(attributes.get('width'))} × ${nameValue(attributes.get('height'))}; the image itself was asked.`
    issues.push(doubted(where, 'import/bad-size', message))
  }
  const size = stated ?? (await source.imageSize(name, file))
  if (size === null) {
    const message = `Neither the file nor an image ${nameValue(name)} says how large it is, so its pixels have no place.`
    return [...issues, skipped(where, 'import/no-size', message)]
  }
  const imageKey = `${file}#${index}`
  // Exports of a whole project have a folder for each.
  const subset = attributes.get('subset')
  const reading = new ShapesReading(imageKey, size, declared, where)
  element.children.forEach((child, i) => reading.read(child, i))
  const joined = joinParts(reading.regions, file)
  return [
    { type: 'image', imageKey, reference: name, size: stated, ...(subset === undefined ? {} : { folder: subset }) },
    ...joined.regions,
    ...issues,
    ...joined.issues,
    ...reading.issues,
    ...reading.doubts.issues()
  ]
}

class ShapesReading {
  readonly regions: PartRegion[] = []
  readonly issues: ImportIssue[] = []
  readonly doubts: PlaceDoubts
  readonly #imageKey: string
  readonly #size: ImageSize
  readonly #declared: Declared
  readonly #where: Whereabouts

  constructor(imageKey: string, size: ImageSize, declared: Declared, where: Whereabouts) {
    this.#imageKey = imageKey
    this.#size = size
    this.#declared = declared
    this.#where = where
    this.doubts = new PlaceDoubts(size, where.file, declared.isOurs)
  }

  read(element: XmlElement, index: number): void {
    const record = `${this.#where.record ?? ''}, ${element.name} ${index}`
    const where = { file: this.#where.file, line: element.line, record }
    const tell = (issue: ImportIssue): number => this.issues.push(issue)
    if (element.name === 'tag') {
      const label = element.attributes.get('label')
      tell(noted(where, 'import/image-tag', `A tag of the whole image is not kept: ${nameValue(label)}.`))
      return
    }
    if (!isShapeName(element.name)) {
      const isCuboid = element.name === 'cuboid'
      const message = isCuboid
        ? 'It is a cuboid, which Eyrie has no shape for.'
        : `Its element <${element.name}> is no shape that Eyrie reads.`
      tell(skipped(where, isCuboid ? 'import/cuboid' : 'import/shape-type', message))
      return
    }
    const label = element.attributes.get('label')
    if (label === undefined || label === '') {
      tell(skipped(where, 'import/bad-label', `Its label should be a text, not ${nameValue(label)}.`))
      return
    }
    if (element.attributes.get('outside') === '1') {
      tell(skipped(where, 'import/outside-shape', 'It is marked as outside: its object is not in this image.'))
      return
    }
    if (!this.#declared.isKnown(label)) {
      const message = `Its label ${nameValue(label)} is none of those that meta names.`
      tell(doubted(where, 'import/no-such-label', message))
    }
    const written = writtenAttributes(element)
    const ours = ownFieldsIn(written.get(OWN_ATTRIBUTE) ?? null)
    const read = SHAPE_READERS[element.name]({ element, size: this.#size, ours, where, tell })
    if (typeof read === 'string') {
      tell(skipped(where, 'import/bad-shape', read))
      return
    }
    this.doubts.see(record, read.points)
    const { fields, attributes } = this.#attributesOf(element, label, written, ours)
    const meaning = sourceMeaning(element.attributes.get('source'))
    this.regions.push({
      type: 'region',
      imageKey: this.#imageKey,
      key: String(index),
      shape: read.shape,
      label: label === ours.unlabelled ? null : label,
      phrase: fields.phrase,
      part: ours.part,
      ...meaning,
      ...(ours.state === null ? {} : { state: ours.state }),
      ...(ours.origin === null ? {} : { origin: ours.origin }),
      ...(fields.confidence === null ? {} : { confidence: fields.confidence }),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes })
    })
  }

  #attributesOf(
    { attributes }: XmlElement,
    label: string,
    written: ReadonlyMap<string, string>,
    ours: OwnFields
  ): {
    readonly fields: { readonly phrase: string | null; readonly confidence: number | null }
    readonly attributes: Attributes
  } {
    const types = this.#declared.inputTypes.get(label)
    const found = new Map<string, string | number | boolean>()
    if (attributes.get('occluded') === '1') found.set('occluded', true)
    const [layer, group] = [numberOf(attributes.get('z_order')), attributes.get('group_id')]
    if (layer !== null && layer !== 0) found.set('z_order', layer)
    const isPart = ours.part !== null && group === String(ours.part[0])
    if (group !== undefined && group !== '0' && !isPart) {
      const number = numberOf(group)
      found.set('group_id', number !== null && Number.isSafeInteger(number) ? number : group)
    }
    let [phrase, confidence]: [string | null, number | null] = [null, null]
    for (const [name, text] of written) {
      if (name === OWN_ATTRIBUTE) continue
      const value = valueOf(text, types?.get(name))
      const isConfidence = name === CONFIDENCE && (numberOf(text) ?? -1) >= 0 && (numberOf(text) ?? 2) <= 1
      if (name === PHRASE) phrase = text === '' ? null : text
      else if (isConfidence) confidence = numberOf(text)
      else found.set(found.has(name) ? `attribute.${name}` : name, value)
    }
    for (const [name, value] of Object.entries(ours.attributes)) {
      const held = found.get(name)
      // What somebody changed in the tool counts; the same text was a number or a truth before it went there.
      if (held === undefined || String(held) === String(value)) found.set(name, value)
    }
    return { fields: { phrase, confidence }, attributes: attributesFrom(found) }
  }
}

/** By name; of two with one name the later, as CVAT itself takes it. */
const writtenAttributes = (element: XmlElement): ReadonlyMap<string, string> =>
  new Map(
    childrenOf(element, 'attribute').flatMap((child) => {
      const name = child.attributes.get('name')
      return name === undefined || name === '' ? [] : [[name, child.text] as const]
    })
  )

function valueOf(text: string, inputType: string | undefined): string | number | boolean {
  if (inputType === 'checkbox' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  return inputType === 'number' ? (numberOf(text) ?? text) : text
}
