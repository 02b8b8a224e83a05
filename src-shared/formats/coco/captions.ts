/** @file COCO captions (cocodataset.org, data format): `images`, and `annotations` of `{ id, image_id, caption }`. */
import { AppError } from '../../errors'
import { plainText } from '../../grounded/plain-text'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource, Format } from '../format'
import { headText } from '../kit/head-text'
import { isNamed } from '../kit/small-json'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { isCaption, marksOf, selectCaptions, selectRegions } from '../selection'
import { Tally } from '../tally'
import { OWN_DESCRIPTION } from './own-fields'
import { readCoco } from './read'
import { cocoMarks } from './recognise'

const FILE = 'captions.json'
const HEAD_BYTES = 64 * 1024

/** Where the annotations stand in the head of a file, as they do in small ones; of others `coco-json` is the reader. */
async function recognise(source: DataSource): Promise<Recognition | null> {
  const paths: string[] = []
  for (const { path } of source.files) {
    if (!isNamed(path, 'json')) continue
    const head = (await headText(source, path, HEAD_BYTES)) ?? ''
    const isOfCaptions = /"annotations"\s*:\s*\[\s*\{[^{}]*"caption"\s*:/.test(head)
    if (cocoMarks(head) !== null && isOfCaptions && !/"(bbox|segmentation|keypoints|tokens_positive)"\s*:/.test(head))
      paths.push(path)
  }
  return paths.length === 0
    ? null
    : { score: 0.95, because: 'images and annotations with a caption, as COCO captions have them', paths }
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  const chunk = (text: string): ExportChunk => ({ fileName: FILE, text })
  const info = { description: OWN_DESCRIPTION, version: '1.0' }
  yield chunk(`{"info":${JSON.stringify(info)},"licenses":[],"type":"captions","images":[`)
  const ids: string[] = []
  for await (const document of source.documents()) {
    // What is left out is counted in pass two.
    const selection = selectRegions(document, options, new Tally())
    if (selection === null) continue
    ids.push(document.image.id)
    const { width, height } = selection.size
    const record = { id: ids.length, width, height, file_name: document.image.relativePath }
    yield chunk((ids.length === 1 ? '\n' : ',\n') + JSON.stringify(record))
  }
  yield chunk('],"annotations":[')
  let [imageId, annotationId] = [0, 0]
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    if (ids[imageId++] !== document.image.id) throw changed()
    tally.count('images')
    tally.skip('region-without-words', selection.regions.length)
    tally.skip('relation', document.relations.length)
    tally.skip('dialogue', document.dialogues.filter(({ id }) => !isCaption(turnsOf(document, id))).length)
    for (const { turn } of selectCaptions(document, selection, tally)) {
      tally.count('dialogues')
      tally.count('turns')
      tally.count('records')
      const caption = plainText(turn.children)
      const record = { id: ++annotationId, image_id: imageId, caption, ...marksOf(turn, selection) }
      yield chunk((annotationId === 1 ? '\n' : ',\n') + JSON.stringify(record))
    }
  }
  if (imageId !== ids.length) throw changed()
  yield chunk(']}\n')
}

const turnsOf = <T extends { readonly dialogueId: string }>({ turns }: { readonly turns: readonly T[] }, id: string) =>
  turns.filter(({ dialogueId }) => dialogueId === id)

const changed = (): AppError =>
  new AppError('export/changed', 'The project changed while it was being exported to COCO.', {
    nextStep: 'Export again when no import or rescan is running.'
  })

export const cocoCaptions: Format = {
  info: {
    id: 'coco-captions',
    name: 'COCO captions',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      'Captions only, as words: links to regions, regions and dialogues are left out and counted.',
      'Every image of a known size is listed, those without a caption too. Annotation ids start at 1.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box'],
      regions: [],
      labels: 'none',
      phrases: false,
      states: false,
      confidences: false,
      attributes: false,
      dialogues: 'none',
      captions: 'words',
      relations: false,
      resolution: 'exact'
    }
  },
  reader: { recognise, read: readCoco },
  encode(source, options): ExportRun {
    const tally = new Tally()
    return { chunks: encode(source, options, tally), summary: () => tally.summary() }
  }
}
