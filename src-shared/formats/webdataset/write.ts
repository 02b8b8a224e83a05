/**
 * @file Writing WebDataset shards: for each image its bytes as they are, a JSON of what is said of it, and its first
 * caption as plain text. Samples are numbered through all shards; shards are as large as trainers like them.
 */
import { AppError } from '../../errors'
import type { ImageDocument, LabelRecord, RegionRecord, TurnRecord } from '../../document/records'
import { pixelFromNormalized } from '../../geometry/convert'
import { boundsOfShape } from '../../geometry/shape'
import type { ImageSize } from '../../geometry/space'
import type { GroundedNode } from '../../grounded/nodes'
import { withoutPositions } from '../../grounded/normalize'
import { plainText } from '../../grounded/plain-text'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource, ImageBytes } from '../format'
import { attributesOfRegion, isOutsideImage, shapeOfRegion } from '../kit/region'
import { selectCaptions, selectDialogues, selectRegions } from '../selection'
import type { Selection } from '../selection'
import { Tally } from '../tally'
import { SAMPLE_LAYOUT } from './record'
import { entryBytes, MOST_ENTRY_BYTES, tarEnd, tarHeader, tarPadding } from './tar'

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

export const FIRST_SHARD = 'shard-000000.tar'
const MOST_SAMPLES = 10_000
const MOST_SHARD_BYTES = 1_000_000_000

const shardName = (index: number): string => `shard-${String(index).padStart(6, '0')}.tar`
const sampleKey = (index: number): string => String(index).padStart(9, '0')

/** As loaders know pictures by their names; the bytes are what they are. */
function extensionOf(path: string): string {
  const found = /\.([a-z0-9]{1,8})$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  return found === 'json' || found === 'txt' || found === '' ? 'jpg' : found
}

export function writeWebDataset(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

class Shards {
  #index = 0
  #samples = 0
  #bytes = 0
  #isOpen = false

  chunk(bytes: Uint8Array): ExportChunk {
    return { fileName: shardName(this.#index), text: '', bytes }
  }

  /** Ends the shard before a sample that it has no room for. */
  *begin(sampleBytes: number): Generator<ExportChunk> {
    if (this.#isOpen && (this.#samples >= MOST_SAMPLES || this.#bytes + sampleBytes > MOST_SHARD_BYTES))
      yield* this.end()
    this.#isOpen = true
    this.#samples++
    this.#bytes += sampleBytes
  }

  *end(): Generator<ExportChunk> {
    if (!this.#isOpen) return
    yield this.chunk(tarEnd())
    this.#index++
    ;[this.#samples, this.#bytes, this.#isOpen] = [0, 0, false]
  }

  *small(name: string, bytes: Uint8Array): Generator<ExportChunk> {
    yield this.chunk(tarHeader(name, bytes.byteLength))
    yield this.chunk(bytes)
    yield this.chunk(tarPadding(bytes.byteLength))
  }

  /** Rejects with `export/changed` when the picture is not as large as it was. */
  async *picture(name: string, { sizeBytes, chunks }: ImageBytes, path: string): AsyncGenerator<ExportChunk> {
    yield this.chunk(tarHeader(name, sizeBytes))
    let written = 0
    for await (const bytes of chunks()) {
      written += bytes.byteLength
      if (written > sizeBytes) break
      yield this.chunk(bytes)
    }
    if (written !== sizeBytes) {
      throw new AppError('export/changed', `${path} changed while it was written.`, {
        nextStep: 'Export once more when nothing changes the pictures.',
        data: { path }
      })
    }
    yield this.chunk(tarPadding(sizeBytes))
  }
}

const noPictures = (): AppError =>
  new AppError('export/no-pictures', 'Shards hold the pictures, and these data have none to be read.', {
    nextStep: 'Choose another format.'
  })

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  const nameOf = new Map(source.labels.map(({ id, name }: LabelRecord) => [id, name]))
  const shards = new Shards()
  let samples = 0
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    if (source.imageBytes === undefined) throw noPictures()
    const picture = await source.imageBytes(document.image)
    if (picture === null || picture.sizeBytes > MOST_ENTRY_BYTES) {
      tally.skip('image-without-picture')
      continue
    }
    const key = sampleKey(samples++)
    const { json, caption } = sampleOf(document, selection, nameOf, tally)
    const parts = [new TextEncoder().encode(`${JSON.stringify(json)}\n`)]
    if (caption !== null) parts.push(new TextEncoder().encode(caption))
    const bytes = [...parts.map((part) => part.byteLength), picture.sizeBytes]
    yield* shards.begin(bytes.reduce((sum, size) => sum + entryBytes(size), 0))
    const { relativePath } = document.image
    yield* shards.picture(`${key}.${extensionOf(relativePath)}`, picture, relativePath)
    for (const [i, part] of parts.entries()) yield* shards.small(`${key}.${i === 0 ? 'json' : 'txt'}`, part)
    tally.count('images')
    tally.count('records')
  }
  yield* shards.end()
}

const nodesOf = (turn: TurnRecord): readonly GroundedNode[] => withoutPositions(turn.children)

function sampleOf(
  document: ImageDocument,
  selection: Selection,
  nameOf: ReadonlyMap<string, string>,
  tally: Tally
): { readonly json: object; readonly caption: string | null } {
  const turnsOf = new Map<string, readonly TurnRecord[]>()
  for (const { dialogue, exchanges } of selectDialogues(withoutCaptions(document), selection, tally))
    turnsOf.set(
      dialogue.id,
      exchanges.flatMap(({ question, answer }) => [question, answer])
    )
  const captions = selectCaptions(document, selection, tally)
  for (const { dialogue, turn } of captions) turnsOf.set(dialogue.id, [turn])
  const dialogues = document.dialogues.flatMap(({ id, title }) => {
    const turns = turnsOf.get(id)
    if (turns === undefined) return []
    tally.count('dialogues')
    tally.count('turns', turns.length)
    const written = turns.map((turn) => ({ role: turn.role, children: nodesOf(turn), origin: turn.provenance.origin }))
    return [{ title, turns: written }]
  })
  const relations = document.relations.filter(
    ({ subject, object }) => selection.byId.has(subject) && selection.byId.has(object)
  )
  tally.skip('relation', document.relations.length - relations.length)
  const [first] = captions
  return {
    json: {
      eyrie: { sample: SAMPLE_LAYOUT },
      image: document.image.relativePath,
      ...{ width: selection.size.width, height: selection.size.height },
      ...(document.review.done ? { done: true } : {}),
      regions: selection.regions.map((region) => regionOf(region, document, selection.size, nameOf, tally)),
      dialogues,
      relations: relations.map(({ subject, predicate, object }) => ({ subject, predicate, object }))
    },
    caption: first === undefined ? null : plainText(first.turn.children)
  }
}

/** A caption is a dialogue of one turn, an answer without a question; it is counted as what it is. */
function withoutCaptions(document: ImageDocument): ImageDocument {
  const counts = new Map<string, { turns: number; isAnswer: boolean }>()
  for (const { dialogueId, role } of document.turns) {
    const known = counts.get(dialogueId)
    counts.set(dialogueId, { turns: (known?.turns ?? 0) + 1, isAnswer: role === 'assistant' })
  }
  const isCaption = (id: string): boolean => counts.get(id)?.turns === 1 && counts.get(id)?.isAnswer === true
  return { ...document, dialogues: document.dialogues.filter(({ id }) => !isCaption(id)) }
}

function regionOf(
  region: RegionRecord,
  { image }: ImageDocument,
  size: ImageSize,
  nameOf: ReadonlyMap<string, string>,
  tally: Tally
): object {
  const shape = shapeOfRegion(region)
  if (isOutsideImage(shape)) {
    const message = 'A region reaches outside the image; its coordinates are written as they are.'
    tally.lose({ code: 'format/outside-image', message, path: [] }, image)
  }
  tally.count('regions')
  const attributes = Object.entries(attributesOfRegion(region))
  return {
    id: region.id,
    label: region.labelId === null ? null : (nameOf.get(region.labelId) ?? null),
    phrase: region.phrase,
    bbox: [...pixelFromNormalized(boundsOfShape(shape), size)],
    shape,
    state: region.state,
    origin: region.provenance.origin,
    confidence: region.confidence,
    // Pairs, so that a name like `__proto__` is a name.
    attributes
  }
}
