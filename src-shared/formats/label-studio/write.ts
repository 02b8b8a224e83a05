/** @file Writing Label Studio's JSON: a list of tasks, and the labelling configuration that shows them. */
import type { ImageDocument, RegionRecord } from '../../document/records'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { attributesOfRegion, isOutsideImage, shapeOfRegion } from '../kit/region'
import { selectRegions } from '../selection'
import type { Selection } from '../selection'
import { Tally } from '../tally'
import { isInXml, labellingConfig } from './config'
import { OWN_KEY } from './own-meta'
import { drawValue, resultsOf } from './write-results'

export const TASKS_FILE = 'label-studio.json'
export const CONFIG_FILE = 'label-studio-config.xml'

export function writeLabelStudio(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  yield { fileName: CONFIG_FILE, text: labellingConfig(source.labels) }
  const names = new Map(source.labels.map(({ id, name }) => [id, name]))
  let id = 0
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    id++
    const task = taskOf(document, selection, names, id, tally)
    tally.count('images')
    tally.count('records')
    yield { fileName: TASKS_FILE, text: `${id === 1 ? '[\n' : ',\n'}${JSON.stringify(task)}` }
  }
  const unwritable = source.labels.filter(({ name }) => !isInXml(name)).length
  if (unwritable > 0) tally.skip('label-not-in-xml', unwritable)
  yield { fileName: TASKS_FILE, text: id === 0 ? '[]\n' : '\n]\n' }
}

/** The tool's way to files below its local storage. Half a surrogate pair has no escape and stays. */
function localFile(path: string): string {
  try {
    return `/data/local-files/?d=${path.split('/').map(encodeURIComponent).join('/')}`
  } catch {
    return `/data/local-files/?d=${path}`
  }
}

type Results = readonly Readonly<Record<string, unknown>>[]

function taskOf(
  document: ImageDocument,
  { regions, size }: Selection,
  names: ReadonlyMap<string, string>,
  id: number,
  tally: Tally
): Readonly<Record<string, unknown>> {
  const { image, review } = document
  const annotated: Results[] = []
  const predicted = new Map<string, Results[]>()
  regions.forEach((region, i) => {
    const results = resultsOfRegion(region, i + 1, document, size, names, tally)
    if (results === null) return
    tally.count('regions')
    if (region.state !== 'proposed') annotated.push(results)
    else {
      const model = modelOf(region)
      predicted.set(model, [...(predicted.get(model) ?? []), results])
    }
  })
  tally.skip('dialogue', document.dialogues.length)
  const isAnnotated = annotated.length > 0 || review.done
  return {
    id,
    data: { image: localFile(image.relativePath) },
    annotations: isAnnotated ? [{ id, result: annotated.flat(), was_cancelled: false, ground_truth: false }] : [],
    predictions: [...predicted].map(([model_version, results]) => ({ model_version, result: results.flat() })),
    meta: { [OWN_KEY]: { done: review.done } }
  }
}

function modelOf(region: RegionRecord): string {
  const held = attributesOfRegion(region)['model_version']
  return region.provenance.modelId ?? (typeof held === 'string' ? held : 'eyrie')
}

/** null: left out, and counted. */
function resultsOfRegion(
  region: RegionRecord,
  number: number,
  { image }: ImageDocument,
  size: Selection['size'],
  names: ReadonlyMap<string, string>,
  tally: Tally
): Results | null {
  const shape = shapeOfRegion(region)
  const drawing = drawValue(shape, size, number)
  if ('leftOut' in drawing) {
    tally.skip(drawing.leftOut)
    return null
  }
  const lose = (code: string, message: string): void => tally.lose({ code, message, path: [] }, image)
  if (isOutsideImage(shape))
    lose('format/outside-image', 'A region reaches outside the image; its coordinates are written as they are.')
  if (shape.type === 'mask' && (shape.size.width !== size.width || shape.size.height !== size.height))
    lose('format/mask-resized', 'A mask counts on another grid than the image has; it was stretched to it.')
  const label = region.labelId === null ? null : (names.get(region.labelId) ?? null)
  const idAt = (index: number): string => (index === 0 ? `r${number}` : `r${number}-${index + 1}`)
  return resultsOf(drawing, region, label, attributesOfRegion(region), size, idAt)
}
