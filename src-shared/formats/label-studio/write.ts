/** @file Writing Label Studio's JSON: a list of tasks, and the labelling configuration that shows them. */
import type { ImageDocument, RegionRecord } from '../../document/records'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { attributesOfRegion, isOutsideImage, shapeOfRegion } from '../kit/region'
import { plainText } from '../../grounded/plain-text'
import { isCaption, selectCaptions, selectRegions } from '../selection'
import type { Selection } from '../selection'
import { Tally } from '../tally'
import { CONTROLS, IMAGE_TAG, isInXml, labellingConfig } from './config'
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
  selection: Selection,
  names: ReadonlyMap<string, string>,
  id: number,
  tally: Tally
): Readonly<Record<string, unknown>> {
  const { image, review } = document
  const { regions, size } = selection
  const annotated: Results[] = []
  /** By region: its first result, and whose it is. */
  const speakers = new Map<string, { readonly id: string; readonly speaker: string }>()
  const predicted = new Map<string, Results[]>()
  regions.forEach((region, i) => {
    const results = resultsOfRegion(region, i + 1, document, size, names, tally)
    if (results === null) return
    tally.count('regions')
    const speaker = region.state === 'proposed' ? `model ${modelOf(region)}` : ''
    speakers.set(region.id, { id: `r${i + 1}`, speaker })
    if (region.state !== 'proposed') annotated.push(results)
    else {
      const model = modelOf(region)
      predicted.set(model, [...(predicted.get(model) ?? []), results])
    }
  })
  const captions = captionsOf(document, selection, tally)
  const links = linksOf(document, speakers, tally)
  const isAnnotated = annotated.length > 0 || captions.length > 0 || review.done
  return {
    id,
    data: { image: localFile(image.relativePath) },
    annotations: isAnnotated
      ? [
          {
            id,
            result: [...annotated.flat(), ...captions, ...(links.get('') ?? [])],
            was_cancelled: false,
            ground_truth: false
          }
        ]
      : [],
    predictions: [...predicted].map(([model_version, results]) => ({
      model_version,
      result: [...results.flat(), ...(links.get(`model ${model_version}`) ?? [])]
    })),
    meta: { [OWN_KEY]: { done: review.done } }
  }
}

/** Words without their regions, in one text area of the image. */
function captionsOf(document: ImageDocument, selection: Selection, tally: Tally): Results {
  const words = selectCaptions(document, selection, tally).flatMap(({ turn }) => {
    const line = plainText(turn.children)
    if (line !== '') return [line]
    tally.skip('caption-empty')
    return []
  })
  const others = document.dialogues.filter(
    ({ id }) => !isCaption(document.turns.filter(({ dialogueId }) => dialogueId === id))
  )
  tally.skip('dialogue', others.length)
  if (words.length === 0) return []
  const from_name = CONTROLS.caption
  return [{ id: 'c1', type: 'textarea', from_name, to_name: IMAGE_TAG, origin: 'manual', value: { text: words } }]
}

type Ends = ReadonlyMap<string, { readonly id: string; readonly speaker: string }>

/** By speaker: the tool ties regions of one annotation, or of one prediction. */
function linksOf({ relations }: ImageDocument, ends: Ends, tally: Tally): ReadonlyMap<string, Results> {
  const links = new Map<string, Results>()
  for (const { subject, predicate, object } of relations) {
    const [from, to] = [ends.get(subject), ends.get(object)]
    if (from === undefined || to === undefined || from.speaker !== to.speaker) {
      tally.skip('relation')
      continue
    }
    const link = { type: 'relation', from_id: from.id, to_id: to.id, direction: 'right', labels: [predicate] }
    links.set(from.speaker, [...(links.get(from.speaker) ?? []), link])
  }
  return links
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
