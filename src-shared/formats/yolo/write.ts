/**
 * @file Writing YOLO as Ultralytics reads it: `data.yaml` with the classes in their order, `train.txt` with the images,
 * and labels that are found from there when the images are put below `images/`. Fractions with eight decimals.
 */
import { AppError } from '../../errors'
import { compareLabels } from '../../document/order'
import type { ImageDocument, RegionRecord } from '../../document/records'
import type { AnnotationShape } from '../../geometry/region-shape'
import type { NormalizedBox } from '../../geometry/space'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { FileNames } from '../kit/file-names'
import { isOutsideImage, shapeOfRegion } from '../kit/region'
import { boxOfRegion } from '../kit/region-boxes'
import { boundsOf } from '../round-trip/place'
import { selectRegions } from '../selection'
import { Tally } from '../tally'
import type { YoloTask } from './rows'
import { yamlText } from './yaml'

const DECIMALS = 8
export const YOLO_RESOLUTION = 1.5 * 10 ** -DECIMALS

/** As short as it can be; never with an exponent. */
const written = (value: number): string => {
  const text = value.toFixed(DECIMALS).replace(/\.?0+$/, '')
  return text === '-0' ? '0' : text
}

export function writeYolo(task: YoloTask, folder: string, source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(task, folder, source, options, tally), summary: () => tally.summary() }
}

async function* encode(
  task: YoloTask,
  folder: string,
  source: ExportSource,
  options: ExportOptions,
  tally: Tally
): AsyncGenerator<ExportChunk> {
  const ordered = source.labels.toSorted(compareLabels)
  const indexOf = new Map(ordered.map(({ id }, index) => [id, index]))
  const keypoints = task === 'pose' ? await keypointCount(source, options) : 0
  const names = ordered.map(({ name }, index) => `  ${index}: ${yamlText(name)}\n`).join('')
  const shape = task === 'pose' ? `kpt_shape: [${keypoints}, 3]\n` : ''
  const about = 'path: .\ntrain: train.txt\nval: train.txt\n'
  yield {
    fileName: `${folder}/data.yaml`,
    text: `${about}nc: ${ordered.length}\nnames:${names === '' ? ' []\n' : `\n${names}`}${shape}eyrie: {images: images}\n`
  }
  const taken = new FileNames()
  let images = 0
  for await (const { image } of source.documents()) {
    if (image.size === null) continue
    if (!taken.take(image.relativePath, 'txt').isUsual) continue
    images++
    yield { fileName: `${folder}/train.txt`, text: `./images/${image.relativePath}\n` }
  }
  const again = new FileNames()
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const { path, isUsual } = again.take(document.image.relativePath, 'txt')
    if (!isUsual) {
      tally.skip('image-name-taken')
      continue
    }
    images--
    tally.skip('dialogue', document.dialogues.length)
    tally.count('images')
    tally.count('records')
    const rows = selection.regions.map((region) => {
      const row = rowOf(task, region, document, indexOf, keypoints, tally)
      if (row !== '') tally.count('regions')
      return row
    })
    yield { fileName: `${folder}/labels/${path}`, text: rows.join('') }
  }
  if (images !== 0)
    throw new AppError('export/changed', 'The project changed while it was being exported to YOLO.', {
      nextStep: 'Export again when no import or rescan is running.'
    })
}

/** Of the first region that has any; all objects of a YOLO data set have the same number. */
async function keypointCount(source: ExportSource, options: ExportOptions): Promise<number> {
  for await (const document of source.documents()) {
    for (const region of selectRegions(document, options, new Tally())?.regions ?? []) {
      const shape = shapeOfRegion(region)
      if (shape.type === 'keypoints' && shape.points.length > 0) return shape.points.length
    }
  }
  return 1
}

function rowOf(
  task: YoloTask,
  region: RegionRecord,
  document: ImageDocument,
  indexOf: ReadonlyMap<string, number>,
  keypoints: number,
  tally: Tally
): string {
  const index = region.labelId === null ? undefined : indexOf.get(region.labelId)
  if (index === undefined) {
    tally.skip('region-without-label')
    return ''
  }
  const shape = shapeOfRegion(region)
  if (task === 'detect') {
    const box = boxOfRegion(region, document, tally)
    return box === null ? '' : `${[index, ...xywh(box)].join(' ')}\n`
  }
  const values = valuesOf(task, shape, keypoints)
  if (typeof values === 'string') {
    tally.skip(values)
    return ''
  }
  if (isOutsideImage(shape)) {
    const message = 'A region reaches outside the image; its coordinates are written as they are.'
    tally.lose({ code: 'format/outside-image', message, path: [] }, document.image)
  }
  return `${[index, ...values].join(' ')}\n`
}

const xywh = ([x0, y0, x1, y1]: NormalizedBox): readonly string[] =>
  [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0].map(written)

/** A text is why it is left out. */
function valuesOf(task: YoloTask, shape: AnnotationShape, keypoints: number): readonly string[] | string {
  if (task === 'segment' && shape.type === 'polygon') return shape.points.flatMap(([x, y]) => [written(x), written(y)])
  if (task === 'obb' && shape.type === 'quad') return shape.points.flatMap(([x, y]) => [written(x), written(y)])
  if (task === 'pose' && shape.type === 'keypoints') {
    if (shape.points.length !== keypoints) return 'keypoints-of-another-number'
    const box = boundsOf(shape)
    if (box === null || !(box[0] < box[2] && box[1] < box[3])) return 'keypoints-without-box'
    const points = shape.points.flatMap(({ point, visibility }) =>
      visibility === 0 ? ['0', '0', '0'] : [written(point[0]), written(point[1]), String(visibility)]
    )
    return [...xywh(box), ...points]
  }
  return shape.type
}
