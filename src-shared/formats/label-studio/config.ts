/** @file The labelling configuration that goes with the tasks: one control for each kind of shape, with all labels. */
import { compareLabels } from '../../document/order'
import type { LabelRecord } from '../../document/records'

/** Names of controls; `from_name` of results. */
export const CONTROLS = {
  rectangle: 'box',
  polygon: 'polygon',
  keypoint: 'point',
  vector: 'stroke',
  brush: 'mask',
  phrase: 'phrase'
} as const
export const IMAGE_TAG = 'image'

const TAGS = [
  ['RectangleLabels', CONTROLS.rectangle],
  ['PolygonLabels', CONTROLS.polygon],
  ['KeyPointLabels', CONTROLS.keypoint],
  ['VectorLabels', CONTROLS.vector],
  ['BrushLabels', CONTROLS.brush]
] as const

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;'
}
const escaped = (text: string): string => text.replace(/[&<>"\t\n\r]/g, (letter) => ESCAPES[letter] ?? letter)

/** Anything but a Char of XML 1.0: it has no way to write it. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/** Labels whose names XML cannot hold are left out of it, not changed. */
export const isInXml = (name: string): boolean => !NOT_IN_XML.test(name)

/** Written and read as XML 1.0; paste it into the tool's “Labeling Interface”. */
export function labellingConfig(labels: readonly LabelRecord[]): string {
  const list = labels
    .toSorted(compareLabels)
    .filter(({ name }) => isInXml(name))
    .map(({ name, colour }) => `    <Label value="${escaped(name)}" background="${escaped(colour)}"/>\n`)
    .join('')
  const controls = TAGS.map(
    ([tag, name]) => `  <${tag} name="${name}" toName="${IMAGE_TAG}" allowEmpty="true">\n${list}  </${tag}>\n`
  ).join('')
  const words = `  <TextArea name="${CONTROLS.phrase}" toName="${IMAGE_TAG}" perRegion="true" maxSubmissions="1" editable="true"/>\n`
  return `<View>\n  <Image name="${IMAGE_TAG}" value="$image"/>\n${controls}${words}</View>\n`
}
