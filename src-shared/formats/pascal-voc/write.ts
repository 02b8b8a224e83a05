/**
 * @file Writing Pascal VOC, as the original has it: whole pixels, counted from 1, both included. A box of less than a
 * pixel is written as one pixel. What the numbers count: edges.ts.
 */
import type { ImageDocument, LabelRecord, RegionRecord } from '../../document/records'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { FileNames } from '../kit/file-names'
import { attributesOfRegion } from '../kit/region'
import { boxOfRegion, pixelCornersOf } from '../kit/region-boxes'
import { lastNameOfPath } from '../kit/references'
import { withoutForbidden, xmlText } from '../kit/xml'
import type { Attributes } from '../reading/item'
import { selectRegions } from '../selection'
import { Tally } from '../tally'
import { writtenAttributes } from './attributes'
import { writtenMarks } from './own-element'

export const VOC_FOLDER = 'pascal-voc'
const UNLABELLED = 'unlabelled'

export function writeVoc(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  const labelOf = namesOf(source.labels)
  const names = new FileNames()
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const { image } = document
    const { path, isUsual } = names.take(image.relativePath, 'xml')
    if (!isUsual) {
      const message = 'Two images would share one file of Pascal VOC; the second file has a longer name.'
      tally.lose({ code: 'format/file-name', message, path: [] }, image)
    }
    tally.skip('dialogue', document.dialogues.length)
    tally.count('images')
    tally.count('records')
    const objects = selection.regions.map((region) => objectText(region, document, labelOf, tally)).join('')
    const text = fileText(document, objects)
    const held = withoutForbidden(text)
    if (held !== text) {
      const message = 'Letters that XML cannot hold (control characters) were left out.'
      tally.lose({ code: 'format/forbidden-letters', message, path: [] }, image)
    }
    yield { fileName: `${VOC_FOLDER}/${path}`, text: held }
  }
}

interface Naming {
  readonly label: string | null
  readonly name: string
}

function namesOf(labels: readonly LabelRecord[]): (region: RegionRecord) => Naming {
  const nameOf = new Map(labels.map(({ id, name }) => [id, name]))
  const taken = new Set(nameOf.values())
  let unlabelled = UNLABELLED
  while (taken.has(unlabelled)) unlabelled += ' (no label)'
  return ({ labelId }) => {
    const label = (labelId === null ? undefined : nameOf.get(labelId)) ?? null
    return { label, name: label ?? unlabelled }
  }
}

/** First and last pixel from 1; of less than a pixel, the one that holds its middle. */
function pixelsOf(from: number, to: number): readonly [first: number, last: number] {
  const [start, end] = [Math.round(from), Math.round(to)]
  if (end > start) return [start + 1, end]
  const middle = Math.floor((from + to) / 2)
  return [middle + 1, middle + 1]
}

function objectText(
  region: RegionRecord,
  document: ImageDocument,
  labelOf: (region: RegionRecord) => Naming,
  tally: Tally
): string {
  const { size } = document.image
  const box = size === null ? null : boxOfRegion(region, document, tally)
  if (box === null || size === null) return ''
  const [x0, y0, x1, y1] = pixelCornersOf(box, size)
  const [xmin, xmax] = pixelsOf(x0, x1)
  const [ymin, ymax] = pixelsOf(y0, y1)
  const { label, name } = labelOf(region)
  const attributes: Attributes = attributesOfRegion(region)
  const marks = writtenMarks(region, label, name)
  tally.count('regions')
  return [
    '  <object>\n',
    `    <name>${xmlText(name)}</name>\n`,
    writtenAttributes(attributes, '    '),
    `    <bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox>\n`,
    marks === '' ? '' : `    <eyrie>${marks}</eyrie>\n`,
    '  </object>\n'
  ].join('')
}

function fileText({ image, review }: ImageDocument, objects: string): string {
  const { relativePath, size } = image
  const folder = relativePath.slice(0, Math.max(0, relativePath.lastIndexOf('/')))
  return [
    `<annotation${review.done ? ' verified="yes"' : ''}>\n`,
    `  <folder>${xmlText(lastNameOfPath(folder))}</folder>\n`,
    `  <filename>${xmlText(lastNameOfPath(relativePath))}</filename>\n`,
    '  <source><database>Unknown</database></source>\n',
    `  <size><width>${size?.width ?? 0}</width><height>${size?.height ?? 0}</height><depth>3</depth></size>\n`,
    '  <segmented>0</segmented>\n',
    objects,
    `  <eyrie><image>${xmlText(relativePath)}</image></eyrie>\n`,
    '</annotation>\n'
  ].join('')
}
