/**
 * @file Writing COCO instances (cocodataset.org, cocodataset/cocoapi): `bbox` is `[x, y, width, height]` in pixels from
 * the top-left corner, as floats; annotation ids start at 1, because the scorer takes 0 for "no match"; `area` and
 * `iscrowd` are required. Two passes over the documents: images, then annotations.
 */
import { AppError } from '../../errors'
import { compareLabels } from '../../document/order'
import type { ImageDocument, RegionRecord } from '../../document/records'
import type { RegionId } from '../../grounded/nodes'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { attributesOfRegion, shapeOfRegion } from '../kit/region'
import { selectRegions } from '../selection'
import type { Selection } from '../selection'
import { Tally } from '../tally'
import { KEYPOINT_NAMES, SKELETON } from './keypoints'
import { OWN_DESCRIPTION, OWN_KEY } from './own-fields'
import { annotationOf } from './write-annotation'

export const COCO_FILE = 'coco.json'
const UNLABELLED = 'unlabelled'

export interface WrittenAnnotation {
  readonly id: number
  readonly categoryId: number
}
/** Another file about the same annotations, written along: the refs of RefCOCO. */
export interface CocoCompanion {
  /** Once for each image, after its annotations; regions that were left out are not in `written`. */
  image(
    document: ImageDocument,
    selection: Selection,
    imageId: number,
    written: ReadonlyMap<RegionId, WrittenAnnotation>
  ): readonly ExportChunk[]
  end(): readonly ExportChunk[]
}
export interface CocoVariant {
  readonly fileName: string
  /** It counts what becomes of dialogues; without one they are left out. */
  readonly companion: (tally: Tally) => CocoCompanion
}

export function writeCoco(source: ExportSource, options: ExportOptions, variant?: CocoVariant): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally, variant), summary: () => tally.summary() }
}

/** Names of keypoints and their skeleton, as attributes of regions hold them. */
interface NamedKeypoints {
  readonly names: string
  readonly skeleton: string | null
}

function namedKeypoints(region: RegionRecord): NamedKeypoints | null {
  if (shapeOfRegion(region).type !== 'keypoints') return null
  const { [KEYPOINT_NAMES]: names, [SKELETON]: skeleton } = attributesOfRegion(region)
  if (typeof names !== 'string' || names === '') return null
  return { names, skeleton: typeof skeleton === 'string' ? skeleton : null }
}

/** What categories must say, known once all regions were seen. */
class CategoryWriter {
  readonly #ids: ReadonlyMap<string, number>
  readonly #names: readonly string[]
  /** The first names a label's keypoints have, by category id. */
  readonly #keypoints = new Map<number, NamedKeypoints>()
  #hasUnlabelled = false

  /** Ids from 1 in label order; the last category takes regions without a label. */
  constructor({ labels }: ExportSource) {
    const ordered = labels.toSorted(compareLabels)
    this.#ids = new Map(ordered.map(({ id }, i) => [id, i + 1]))
    this.#names = ordered.map(({ name }) => name)
  }

  idOf({ labelId }: RegionRecord): number {
    return (labelId === null ? undefined : this.#ids.get(labelId)) ?? this.#names.length + 1
  }

  see(region: RegionRecord): void {
    const id = this.idOf(region)
    if (id > this.#names.length) this.#hasUnlabelled = true
    const named = namedKeypoints(region)
    if (named !== null && !this.#keypoints.has(id)) this.#keypoints.set(id, named)
  }

  /** Attributes that the region's category says already. */
  saidOf(region: RegionRecord): ReadonlySet<string> {
    const mine = namedKeypoints(region)
    const theirs = this.#keypoints.get(this.idOf(region))
    const isSame = mine !== null && mine.names === theirs?.names && mine.skeleton === theirs.skeleton
    return isSame ? SAID : NOTHING
  }

  list(): readonly object[] {
    const categories = this.#names.map((name, i) => this.#category(i + 1, name))
    if (!this.#hasUnlabelled) return categories
    const taken = new Set(this.#names)
    let name = UNLABELLED
    while (taken.has(name)) name += ' (no label)'
    return [...categories, { ...this.#category(categories.length + 1, name), [OWN_KEY]: { unlabelled: true } }]
  }

  #category(id: number, name: string): object {
    const named = this.#keypoints.get(id)
    const edges = named?.skeleton?.split(',').map((edge) => edge.split('-').map(Number)) ?? []
    const keypoints = named === undefined ? {} : { keypoints: named.names.split(','), skeleton: edges }
    return { id, name, supercategory: '', ...keypoints }
  }
}
const SAID: ReadonlySet<string> = new Set([KEYPOINT_NAMES, SKELETON])
const NOTHING: ReadonlySet<string> = new Set()

const changed = (): AppError =>
  new AppError('export/changed', 'The project changed while it was being exported to COCO.', {
    nextStep: 'Export again when no import or rescan is running.'
  })

async function* encode(
  source: ExportSource,
  options: ExportOptions,
  tally: Tally,
  variant: CocoVariant | undefined
): AsyncGenerator<ExportChunk> {
  const categories = new CategoryWriter(source)
  const companion = variant?.companion(tally)
  const fileName = variant?.fileName ?? COCO_FILE
  const chunk = (text: string): ExportChunk => ({ fileName, text })
  const info = { description: OWN_DESCRIPTION, version: '1.0' }
  yield chunk(`{"info":${JSON.stringify(info)},"licenses":[],"images":[`)
  // What pass two must see again: the number of images and, in order, their ids.
  let imageCount = 0
  let firstPass = 0
  for await (const document of source.documents()) {
    // What is left out is counted in pass two.
    const selection = selectRegions(document, options, new Tally())
    if (selection === null) continue
    imageCount++
    firstPass = mixed(firstPass, document.image.id)
    for (const region of selection.regions) categories.see(region)
    const { width, height } = selection.size
    const record = { id: imageCount, width, height, file_name: document.image.relativePath }
    tally.count('images')
    yield chunk((imageCount === 1 ? '\n' : ',\n') + JSON.stringify(record))
  }
  yield chunk(`],"categories":${JSON.stringify(categories.list())},"annotations":[`)
  let annotationId = 0
  let imageId = 0
  let secondPass = 0
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    imageId++
    secondPass = mixed(secondPass, document.image.id)
    if (companion === undefined) tally.skip('dialogue', document.dialogues.length)
    const written = new Map<RegionId, WrittenAnnotation>()
    let text = ''
    for (const region of selection.regions) {
      const annotation = annotationOf(region, selection.size, categories.saidOf(region), {
        skip: (reason) => tally.skip(reason),
        lose: (code, message) => tally.lose({ code, message, path: [] }, document.image)
      })
      if (annotation === null) continue
      annotationId++
      const ids = { id: annotationId, image_id: imageId, category_id: categories.idOf(region) }
      written.set(region.id, { id: annotationId, categoryId: ids.category_id })
      text += (annotationId === 1 ? '\n' : ',\n') + JSON.stringify({ ...ids, ...annotation })
      tally.count('regions')
      tally.count('records')
    }
    if (text !== '') yield chunk(text)
    if (companion !== undefined) yield* companion.image(document, selection, imageId, written)
  }
  if (imageId !== imageCount || firstPass !== secondPass) throw changed()
  yield chunk(']}\n')
  if (companion !== undefined) yield* companion.end()
}

/** A running 32-bit hash (FNV-1a): enough to notice that the order of images is another one. */
function mixed(hash: number, id: string): number {
  let value = hash ^ 0x811c9dc5
  for (let i = 0; i < id.length; i++) value = Math.imul(value ^ id.charCodeAt(i), 0x01000193)
  return value
}
