/**
 * @file COCO detection JSON (cocodataset.org, cocodataset/cocoapi): `bbox` is `[x, y, width, height]`
 * in pixels from the top-left corner, as floats; annotation ids start at 1, because the scorer takes
 * 0 for "no match"; `area` and `iscrowd` are required. Written in two passes over the documents:
 * images, then annotations.
 */
import { AppError } from '../errors'
import { boxHeight, boxWidth, isDegenerate, orderCorners } from '../geometry/box'
import { pixelFromNormalized } from '../geometry/convert'
import { compareLabels } from '../document/order'
import type { ImageDocument, RegionRecord } from '../document/records'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource, Format } from './format'
import { reportOutside, selectRegions } from './selection'
import type { Selection } from './selection'
import { Tally } from './tally'

const FILE = 'coco.json'
const UNLABELLED = 'unlabelled'

interface Categories {
  readonly list: readonly { readonly id: number; readonly name: string; readonly supercategory: string }[]
  readonly idOf: (region: RegionRecord) => number
}

/** Ids from 1 in label order; the last category takes regions without a label. */
function categoriesOf({ labels }: ExportSource): Categories {
  const ordered = labels.toSorted(compareLabels)
  const ids = new Map(ordered.map(({ id }, i) => [id, i + 1]))
  const names = new Set(ordered.map(({ name }) => name))
  let unlabelled = UNLABELLED
  while (names.has(unlabelled)) unlabelled += ' (no label)'
  const list = [...ordered.map(({ name }) => name), unlabelled].map((name, i) => ({
    id: i + 1,
    name,
    supercategory: ''
  }))
  return { list, idOf: ({ labelId }) => (labelId === null ? undefined : ids.get(labelId)) ?? list.length }
}

/** Null for what is no box. */
function annotationOf(
  region: RegionRecord,
  document: ImageDocument,
  selection: Selection,
  tally: Tally
): Readonly<Record<string, unknown>> | null {
  if (region.shape.type !== 'box') {
    tally.skip(region.shape.type)
    return null
  }
  reportOutside(region, document, tally)
  const box = orderCorners(pixelFromNormalized(region.shape.box, selection.size))
  if (isDegenerate(box)) {
    const message = 'A box has no area; trainers may refuse it.'
    tally.lose({ code: 'format/degenerate', message, path: [] }, document.image)
  }
  const width = boxWidth(box)
  const height = boxHeight(box)
  return {
    bbox: [box[0], box[1], width, height],
    area: width * height,
    iscrowd: 0,
    segmentation: [],
    attributes: {
      origin: region.provenance.origin,
      state: region.state,
      ...(region.phrase === null ? {} : { phrase: region.phrase }),
      ...(region.confidence === null ? {} : { confidence: region.confidence })
    }
  }
}

const changed = (): AppError =>
  new AppError('export/changed', 'The project changed while it was being exported to COCO.', {
    nextStep: 'Export again when no import or rescan is running.'
  })

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  const categories = categoriesOf(source)
  const chunk = (text: string): ExportChunk => ({ fileName: FILE, text })
  const info = { description: 'Exported from Eyrie', version: '1.0' }
  yield chunk(
    `{"info":${JSON.stringify(info)},"licenses":[],"categories":${JSON.stringify(categories.list)},"images":[`
  )
  // What pass two must see again: the number of images and, in order, their ids.
  let imageCount = 0
  let firstPass = 0
  for await (const { image } of source.documents()) {
    if (image.size === null) continue
    imageCount++
    firstPass = mixed(firstPass, image.id)
    const { width, height } = image.size
    const record = { id: imageCount, width, height, file_name: image.relativePath }
    tally.count('images')
    yield chunk((imageCount === 1 ? '\n' : ',\n') + JSON.stringify(record))
  }
  yield chunk('],"annotations":[')
  let annotationId = 0
  let imageId = 0
  let secondPass = 0
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    imageId++
    secondPass = mixed(secondPass, document.image.id)
    let text = ''
    for (const region of selection.regions) {
      const annotation = annotationOf(region, document, selection, tally)
      if (annotation === null) continue
      annotationId++
      const ids = { id: annotationId, image_id: imageId, category_id: categories.idOf(region) }
      text += (annotationId === 1 ? '\n' : ',\n') + JSON.stringify({ ...ids, ...annotation })
      tally.count('regions')
      tally.count('records')
    }
    if (text !== '') yield chunk(text)
  }
  if (imageId !== imageCount || firstPass !== secondPass) throw changed()
  yield chunk(']}\n')
}

/** A running 32-bit hash (FNV-1a): enough to notice that the order of images is another one. */
function mixed(hash: number, id: string): number {
  let value = hash ^ 0x811c9dc5
  for (let i = 0; i < id.length; i++) value = Math.imul(value ^ id.charCodeAt(i), 0x01000193)
  return value
}

export const cocoJson: Format = {
  info: {
    id: 'coco-json',
    name: 'COCO JSON',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      'Boxes only: points and dialogues are left out and counted.',
      'Regions without a label go to the category “unlabelled”; phrase, state and origin are kept under “attributes”.',
      'Coordinates are exact pixels of the upright image and may lie outside it. There are no masks: area is the area of the box.'
    ],
    takesDialect: false
  },
  encode(source, options): ExportRun {
    const tally = new Tally()
    return { chunks: encode(source, options, tally), summary: () => tally.summary() }
  }
}
