/** @file The labelling configuration that goes with the tasks: one control for each kind of shape, with all labels. */
import { compareLabels } from '../../document/order'
import type { LabelRecord } from '../../document/records'
import { headText } from '../kit/head-text'
import { skippedFile } from '../kit/issue'
import { isNamed } from '../kit/small-json'
import { parseXml, rootNameOf, xmlText } from '../kit/xml'
import type { XmlElement } from '../kit/xml'
import type { ImportItem, ImportLabel } from '../reading/item'
import type { DataSource } from '../reading/source'

/** Names of controls; `from_name` of results. */
export const CONTROLS = {
  rectangle: 'box',
  polygon: 'polygon',
  keypoint: 'point',
  vector: 'stroke',
  brush: 'mask',
  phrase: 'phrase',
  caption: 'caption'
} as const
export const IMAGE_TAG = 'image'

const TAGS = [
  ['RectangleLabels', CONTROLS.rectangle],
  ['PolygonLabels', CONTROLS.polygon],
  ['KeyPointLabels', CONTROLS.keypoint],
  ['VectorLabels', CONTROLS.vector],
  ['BrushLabels', CONTROLS.brush]
] as const

/** Anything but a Char of XML 1.0: it has no way to write it. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/** Labels whose names XML cannot hold are left out of it, not changed. */
export const isInXml = (name: string): boolean => !NOT_IN_XML.test(name)

/** Written and read as XML 1.0; paste it into the tool's “Labeling Interface”. */
export function labellingConfig(labels: readonly LabelRecord[]): string {
  const list = labels
    .toSorted(compareLabels)
    .filter(({ name }) => isInXml(name))
    .map(({ name, colour }) => `    <Label value="${xmlText(name)}" background="${xmlText(colour)}"/>\n`)
    .join('')
  const controls = TAGS.map(
    ([tag, name]) => `  <${tag} name="${name}" toName="${IMAGE_TAG}" allowEmpty="true">\n${list}  </${tag}>\n`
  ).join('')
  const words = `  <TextArea name="${CONTROLS.phrase}" toName="${IMAGE_TAG}" perRegion="true" maxSubmissions="1" editable="true"/>\n`
  const caption = `  <TextArea name="${CONTROLS.caption}" toName="${IMAGE_TAG}" rows="3" editable="true"/>\n`
  return `<View>\n  <Image name="${IMAGE_TAG}" value="$image"/>\n${controls}${words}${caption}</View>\n`
}

const HEAD_BYTES = 4096
/** Of a configuration nobody writes by hand. */
const MOST_BYTES = 4 * 1024 * 1024

/** Labels in the order of the configuration, where it lies beside the tasks; the tasks themselves have no order. */
export async function labelsOfConfig(source: DataSource): Promise<readonly ImportItem[]> {
  const items: ImportItem[] = []
  const seen = new Set<string>()
  for (const { path } of source.files.filter((file) => isNamed(file.path, 'xml'))) {
    if (rootNameOf((await headText(source, path, HEAD_BYTES)) ?? '') !== 'View') continue
    try {
      for (const label of labelsIn(parseXml(path, await source.text(path, MOST_BYTES)))) {
        if (seen.has(label.name)) continue
        seen.add(label.name)
        items.push(label)
      }
    } catch (error) {
      items.push(skippedFile(path, error))
    }
  }
  return items
}

/** `<Label>` in any control whose name ends in `Labels`, however deep. */
function labelsIn(element: XmlElement): readonly ImportLabel[] {
  return element.children.flatMap((child) => {
    const isControl = /labels$/i.test(child.name)
    const own = isControl ? child.children.filter(({ name }) => name === 'Label') : []
    const labels = own.flatMap(({ attributes }): readonly ImportLabel[] => {
      const [name, colour] = [attributes.get('value') ?? '', attributes.get('background') ?? '']
      if (name === '') return []
      return [{ type: 'label', name, ...(/^#[\da-f]{6}$/i.test(colour) ? { colour: colour.toLowerCase() } : {}) }]
    })
    return [...labels, ...labelsIn(child)]
  })
}
