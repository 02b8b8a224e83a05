/**
 * @file Writing CVAT for images. Two passes over the documents: labels with the attributes they have, which stand before
 * the images; then the images.
 */
import { AppError } from '../../errors'
import { compareLabels } from '../../document/order'
import type { ImageDocument, LabelRecord, RegionRecord } from '../../document/records'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { attributesOfRegion, isOutsideImage, shapeOfRegion } from '../kit/region'
import { withoutForbidden, xmlText } from '../kit/xml'
import type { Attributes } from '../reading/item'
import { selectRegions } from '../selection'
import type { Selection } from '../selection'
import { Tally } from '../tally'
import { OWN_META, STAND_IN } from './labels'
import { CONFIDENCE, OWN_ATTRIBUTE, PHRASE, UNLABELLED, sourceOf } from './tool'
import { drawElements } from './write-shape'
import type { DrawnElement } from './write-shape'

export const ANNOTATIONS_FILE = 'cvat-annotations.xml'
export const LABELS_FILE = 'cvat-labels.json'

export function writeCvat(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

interface NamedLabel {
  readonly name: string
  readonly colour: string
  readonly attributes: Set<string>
}

/** Labels in order; one more for regions without a label, where there are any. */
class Labels {
  readonly #byId: ReadonlyMap<string, NamedLabel>
  readonly #unlabelled: NamedLabel
  #isUnlabelledUsed = false

  constructor(labels: readonly LabelRecord[]) {
    this.#byId = new Map(
      labels.toSorted(compareLabels).map(({ id, name, colour }) => [id, { name, colour, attributes: new Set() }])
    )
    let name = UNLABELLED
    while ([...this.#byId.values()].some((label) => label.name === name)) name += ' (no label)'
    this.#unlabelled = { name, colour: '#808080', attributes: new Set() }
  }

  of({ labelId }: RegionRecord): { readonly label: NamedLabel; readonly isUnlabelled: boolean } {
    const label = labelId === null ? undefined : this.#byId.get(labelId)
    if (label === undefined) this.#isUnlabelledUsed = true
    return { label: label ?? this.#unlabelled, isUnlabelled: label === undefined }
  }

  /** null: every region has a label. */
  standIn(): string | null {
    return this.#isUnlabelledUsed ? this.#unlabelled.name : null
  }

  list(): readonly NamedLabel[] {
    return this.#isUnlabelledUsed ? [...this.#byId.values(), this.#unlabelled] : [...this.#byId.values()]
  }
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  const labels = new Labels(source.labels)
  let expected = 0
  const unheard = new Tally()
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, unheard)
    if (selection === null) continue
    expected++
    for (const region of selection.regions) {
      const { label, isUnlabelled } = labels.of(region)
      for (const [name] of attributeElements(region, null, label.name, isUnlabelled)) label.attributes.add(name)
      if (needsOwn(shapeOfRegion(region).type)) label.attributes.add(OWN_ATTRIBUTE)
    }
  }
  yield { fileName: LABELS_FILE, text: labelsJson(labels.list()) }
  yield { fileName: ANNOTATIONS_FILE, text: headXml(labels, expected) }
  let id = 0
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    tally.count('images')
    tally.count('records')
    yield { fileName: ANNOTATIONS_FILE, text: imageXml(document, selection, labels, id++, tally) }
  }
  if (id !== expected)
    throw new AppError('export/changed', 'The project changed while it was being exported to CVAT.', {
      nextStep: 'Export again when no import or rescan is running.'
    })
  yield { fileName: ANNOTATIONS_FILE, text: '</annotations>\n' }
}

/** Shapes whose elements say something under `eyrie`. */
const needsOwn = (type: string): boolean => type === 'multipolygon' || type === 'quad' || type === 'keypoints'

const text = (value: string): string => xmlText(withoutForbidden(value))

function labelsJson(labels: readonly NamedLabel[]): string {
  const list = labels.map(({ name, colour, attributes }) => ({
    name,
    color: colour,
    attributes: [...attributes].map((attribute) => ({
      name: attribute,
      mutable: false,
      input_type: 'text',
      default_value: '',
      values: ['']
    }))
  }))
  return `${JSON.stringify(list, null, 2)}\n`
}

function headXml(labels: Labels, images: number): string {
  const attribute = (name: string): string =>
    `            <attribute>\n              <name>${text(name)}</name>\n              <mutable>False</mutable>\n              <input_type>text</input_type>\n              <default_value></default_value>\n              <values></values>\n            </attribute>\n`
  const label = ({ name, colour, attributes }: NamedLabel): string =>
    `        <label>\n          <name>${text(name)}</name>\n          <color>${text(colour)}</color>\n          <type>any</type>\n          <attributes>\n${[...attributes].map(attribute).join('')}          </attributes>\n        </label>\n`
  const name = labels.standIn()
  const standIn = name === null ? '' : `<${STAND_IN}>${text(name)}</${STAND_IN}>`
  return [
    '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n  <meta>\n    <task>\n',
    `      <size>${images}</size>\n      <mode>annotation</mode>\n      <labels>\n${labels.list().map(label).join('')}      </labels>\n`,
    `    </task>\n    <${OWN_META}>${standIn}</${OWN_META}>\n  </meta>\n`
  ].join('')
}

function imageXml(
  document: ImageDocument,
  { regions, size }: Selection,
  labels: Labels,
  id: number,
  tally: Tally
): string {
  const { image } = document
  const lose = (code: string, message: string): void => tally.lose({ code, message, path: [] }, image)
  tally.skip('dialogue', document.dialogues.length)
  tally.skip('relation', document.relations.length)
  if (withoutForbidden(image.relativePath) !== image.relativePath)
    lose('format/xml-letters', 'A name holds letters that XML cannot; they are left out.')
  let part = regions.reduce((most, region) => Math.max(most, groupOf(attributesOfRegion(region)) ?? 0), 0)
  const shapes = regions.map((region): string => {
    const shape = shapeOfRegion(region)
    if (shape.type === 'multipolygon') part++
    const drawing = drawElements(shape, size, part)
    if ('leftOut' in drawing) {
      tally.skip(drawing.leftOut)
      return ''
    }
    if (isOutsideImage(shape))
      lose('format/outside-image', 'A region reaches outside the image; its coordinates are written as they are.')
    if (shape.type === 'mask' && (shape.size.width !== size.width || shape.size.height !== size.height))
      lose('format/mask-resized', 'A mask counts on another grid than the image has; it was stretched to it.')
    tally.count('regions')
    const group = groupOf(attributesOfRegion(region)) ?? (shape.type === 'multipolygon' ? part : null)
    return drawing.map((element) => shapeXml(element, region, labels, group, lose)).join('')
  })
  const name = text(image.relativePath)
  return `  <image id="${id}" name="${name}" width="${size.width}" height="${size.height}">\n${shapes.join('')}  </image>\n`
}

const groupOf = (attributes: Attributes): number | null => {
  const group = attributes['group_id']
  return typeof group === 'number' && Number.isSafeInteger(group) && group > 0 ? group : null
}
const layerOf = (attributes: Attributes): number => {
  const layer = attributes['z_order']
  return typeof layer === 'number' && Number.isSafeInteger(layer) ? layer : 0
}

function shapeXml(
  element: DrawnElement,
  region: RegionRecord,
  labels: Labels,
  group: number | null,
  lose: (code: string, message: string) => void
): string {
  const { label, isUnlabelled } = labels.of(region)
  const attributes = attributesOfRegion(region)
  const list: (readonly [string, string])[] = [
    ['label', label.name],
    ['source', sourceOf(region.state, region.provenance.origin)],
    ['occluded', attributes['occluded'] === true ? '1' : '0'],
    ...element.attributes,
    ['z_order', String(layerOf(attributes))],
    ...(group === null ? [] : [['group_id', String(group)] as const])
  ]
  const said = attributeElements(region, element.own ?? null, label.name, isUnlabelled)
  if ([...list, ...said].some((pair) => pair.some((part) => withoutForbidden(part) !== part)))
    lose('format/xml-letters', 'A name holds letters that XML cannot; they are left out.')
  const opening = `    <${element.name} ${list.map(([name, value]) => `${name}="${text(value)}"`).join(' ')}>\n`
  const inside = said.map(([name, value]) => `      <attribute name="${text(name)}">${text(value)}</attribute>\n`)
  return `${opening}${inside.join('')}    </${element.name}>\n`
}

/** Names that a reader takes for something else than an attribute of theirs. */
const FIELDS = new Set(['occluded', 'z_order', 'group_id', PHRASE, CONFIDENCE, OWN_ATTRIBUTE])

/** Whether reading the file gives the attribute back without help. */
function isSaidByFields(name: string, value: string | number | boolean, attributes: Attributes): boolean {
  if (name === 'occluded') return value === true
  if (name === 'z_order') return value === layerOf(attributes) && value !== 0
  if (name === 'group_id') return value === groupOf(attributes)
  return false
}

/** Phrase, confidence and attributes as words; under `eyrie`, as JSON, what words do not say. */
function attributeElements(
  region: RegionRecord,
  drawn: Readonly<Record<string, unknown>> | null,
  label: string,
  isUnlabelled: boolean
): readonly (readonly [string, string])[] {
  const attributes = attributesOfRegion(region)
  const words: (readonly [string, string])[] = []
  const exact: (readonly [string, string | number | boolean])[] = []
  for (const [name, value] of Object.entries(attributes)) {
    if (isSaidByFields(name, value, attributes)) continue
    const isPlain = !FIELDS.has(name) && name !== '' && !name.startsWith('attribute.')
    if (isPlain) words.push([name, String(value)])
    if (!isPlain || typeof value !== 'string') exact.push([name, value])
  }
  const own = {
    ...(isUnlabelled ? { unlabelled: label } : {}),
    ...drawn,
    ...(region.state === 'proposed' ? { state: region.state } : {}),
    ...(region.provenance.origin === 'rule' ? { origin: region.provenance.origin } : {}),
    ...(exact.length === 0 ? {} : { attributes: Object.fromEntries(exact) })
  }
  return [
    ...(region.phrase === null || region.phrase === '' ? [] : [[PHRASE, region.phrase] as const]),
    ...(region.confidence === null ? [] : [[CONFIDENCE, String(region.confidence)] as const]),
    ...words,
    ...(Object.keys(own).length === 0 ? [] : [[OWN_ATTRIBUTE, JSON.stringify(own)] as const])
  ]
}
