/**
 * @file Small projects with ugly names and odd sizes, and what a format writes of them: for test files and fuzz targets
 * only. Not a law itself: law-kit.ts writes and reads them back.
 */
import fc from 'fast-check'
import { shikra } from '../dialects/shikra'
import type { ImageDocument, ImageRecord, LabelRecord, RegionRecord } from '../document/records'
import type { RegionShape } from '../geometry/region-shape'
import type { ImageSize } from '../geometry/space'
import { mention, phrase, text } from '../grounded/build'
import type { GroundedNode, RegionId } from '../grounded/nodes'
import { normalizeNodes } from '../grounded/normalize'
import { plainText } from '../grounded/plain-text'
import type { ExportOptions, ExportSummary, Format, ImageBytes } from './format'
import type { FormatKeeps } from './keeps'
import { shapesOf } from './law-shapes'
import type { DocumentsWithLabels } from './round-trip/documents'

export type LawProject = DocumentsWithLabels
export type MemoryFileMap = ReadonlyMap<string, string | Uint8Array>

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

export interface LawOptions {
  /** Default: Shikra's, for formats that take one. */
  readonly export?: Partial<ExportOptions>
  /** The words of one turn; given the ids of the image's regions. Default: words, phrases and mentions in turn. */
  readonly words?: (regionIds: readonly RegionId[]) => fc.Arbitrary<readonly GroundedNode[]>
  /** The words of one caption; the same. Default: words and phrases, as `keeps.captions` says. */
  readonly captionWords?: (regionIds: readonly RegionId[]) => fc.Arbitrary<readonly GroundedNode[]>
  /** Default: odd letters, spaces, quotes; no white space at the ends. */
  readonly labelNames?: fc.Arbitrary<string>
  readonly phrases?: fc.Arbitrary<string>
  readonly imageNames?: fc.Arbitrary<string>
  /** Default: 8 to 300 pixels a side. */
  readonly sizes?: fc.Arbitrary<ImageSize>
  readonly attributes?: fc.Arbitrary<Readonly<Record<string, string | number | boolean>>>
  readonly runs?: number
  /** Of archives: what is in them, as they are unpacked before they are read. */
  readonly unpack?: (files: MemoryFileMap) => MemoryFileMap
}

const PREDICATES = ['riding', 'is left of', '在…上', 'says "hi"']
const ODD_NAMES = [
  'cat',
  'traffic light',
  'a "b" <c> & d',
  "woman's hat",
  '猫',
  'été',
  '=1+1',
  '-x',
  '__proto__',
  '0',
  'a,b;c',
  '%2e',
  'null',
  '#1',
  '😀 b',
  'constructor'
]
const ODD_IMAGES = [
  'a',
  'b 1',
  '猫',
  "l'été",
  'x#y',
  '100%',
  '%2e%2e',
  '-dash',
  '__proto__',
  'a.b',
  '007',
  'A B (1)',
  'q&a',
  '😀'
]

const side = fc.oneof(fc.integer({ min: 8, max: 300 }), fc.constantFrom(97, 101, 224, 255))
const defaultSizes = fc.record({ width: side, height: side })

const imageName = fc
  .tuple(fc.constantFrom('', 'train/', 'deep/er/'), fc.constantFrom(...ODD_IMAGES), fc.constantFrom('.jpg', '.png'))
  .map((parts) => parts.join(''))

/** Unique also without extension and letter case: what a file system or a format would merge is tested by itself. */
const stemOf = (path: string): string => path.replace(/\.\w+$/, '').toLowerCase()

function defaultWords(ids: readonly RegionId[]): fc.Arbitrary<readonly GroundedNode[]> {
  const words = fc.constantFrom('the dog', 'a red mug', 'two people', '左边的猫')
  const connector = fc.constantFrom('see ', ' and ', ' is next to ', ', ')
  if (ids.length === 0) return words.map((value) => [text(value)])
  const some = fc.subarray([...ids], { minLength: 1, maxLength: Math.min(2, ids.length) })
  const part = fc
    .tuple(connector, words, some, fc.boolean())
    .map(([before, value, regionIds, isPhrase]) => [
      text(before),
      isPhrase ? phrase(value, regionIds) : mention(regionIds)
    ])
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => normalizeNodes(parts.flat()))
}

/** Letters of one, two, three and four bytes; a caption may be one phrase, and phrases may touch. */
function defaultCaption(
  ids: readonly RegionId[],
  captions: FormatKeeps['captions']
): fc.Arbitrary<readonly GroundedNode[]> {
  const words = fc.constantFrom('the dog', '😀 mug', "l'été", '左边的猫')
  if (ids.length === 0 || captions === 'words') return words.map((value) => [text(value)])
  const some = fc.subarray([...ids], { minLength: 1, maxLength: Math.min(2, ids.length) })
  const one = fc.tuple(words, some).map(([value, regionIds]) => phrase(value, regionIds))
  if (captions === 'expressions') return one.map((node) => [node])
  const inside = fc.tuple(one, some).map(([node, regionIds]): GroundedNode => ({
    type: 'phrase',
    children: [text('all of '), node],
    regionIds
  }))
  const connector = fc.constantFrom(' sees 🐕 ', ' and ', '、', ' ').map(text)
  return fc
    .array(fc.oneof(one, inside, connector), { minLength: 1, maxLength: 5 })
    .map((parts) => normalizeNodes(parts))
    .filter((parts) => plainText(parts).trim() === plainText(parts))
}

const MAX_REGIONS = 5

function regionsOf(
  imageId: string,
  size: ImageSize,
  labels: readonly LabelRecord[],
  keeps: FormatKeeps,
  options: LawOptions
): fc.Arbitrary<readonly RegionRecord[]> {
  const phrases = options.phrases ?? fc.constantFrom(...ODD_NAMES, 'the mug on the left')
  const attribute = fc.oneof(fc.boolean(), fc.integer(), fc.constantFrom('red', 'a "b" <c>', '猫'))
  const attributes = options.attributes ?? fc.dictionary(fc.constantFrom('occluded', 'colour', 'track'), attribute)
  const region = fc.record({
    shape: fc.oneof(...keeps.shapes.map((kind) => shapesOf(kind, size, keeps.outside !== 'clipped'))),
    label: labels.length === 0 ? fc.constant(null) : fc.option(fc.constantFrom(...labels), { freq: 4 }),
    phrase: fc.option(phrases),
    state: fc.constantFrom('accepted' as const, 'corrected' as const, 'proposed' as const),
    confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)),
    attributes
  })
  return fc.array(region, { maxLength: MAX_REGIONS }).map((list) =>
    list.map(({ shape, label, phrase: words, state, confidence, attributes: more }, i) => {
      const record: RegionRecord & { readonly attributes: object } = {
        id: `${imageId}-r${i}`,
        imageId,
        shape: shape as RegionShape,
        labelId: label?.id ?? null,
        phrase: words,
        state,
        original: state === 'corrected' ? (shape as RegionShape) : null,
        confidence: state === 'proposed' || keeps.states ? confidence : null,
        provenance: { origin: state === 'accepted' ? 'human' : 'model' },
        createdAtMs: i,
        attributes: more
      }
      return record
    })
  )
}

function documents(
  path: string,
  index: number,
  labels: readonly LabelRecord[],
  keeps: FormatKeeps,
  options: LawOptions
): fc.Arbitrary<ImageDocument> {
  const id = `i${index}`
  return (options.sizes ?? defaultSizes).chain((size) =>
    regionsOf(id, size, labels, keeps, options).chain((regions) => {
      const words = (options.words ?? defaultWords)(regions.map((region) => region.id))
      const exchanges = fc.array(fc.tuple(words, words), { minLength: 1, maxLength: 3 })
      const dialogues = keeps.dialogues === 'none' ? fc.constant([]) : fc.array(exchanges, { maxLength: 2 })
      const caption = (options.captionWords ?? ((ids) => defaultCaption(ids, keeps.captions)))(
        regions.map((region) => region.id)
      )
      const captions = (keeps.captions ?? 'none') === 'none' ? fc.constant([]) : fc.array(caption, { maxLength: 2 })
      const place = fc.nat({ max: Math.max(0, regions.length - 1) })
      const said = fc.tuple(place, fc.constantFrom(...PREDICATES), place)
      const relations =
        keeps.relations && regions.length > 0
          ? fc.uniqueArray(said, { maxLength: 3, selector: String })
          : fc.constant([])
      return fc
        .tuple(dialogues, captions, relations, fc.boolean())
        .map(([asked, unasked, related, done]): ImageDocument => {
          const list = [
            ...asked.map((pairs) =>
              pairs.flat().map((children, order) => ({
                children,
                role: order % 2 === 0 ? ('user' as const) : ('assistant' as const)
              }))
            ),
            ...unasked.map((children) => [{ children, role: 'assistant' as const }])
          ]
          return {
            image: {
              id,
              relativePath: path,
              contentHash: null,
              sizeBytes: 1,
              size,
              orientation: 1,
              status: 'ok',
              statusReason: null
            },
            regions,
            dialogues: list.map((_, d) => ({ id: `${id}-d${d}`, imageId: id, title: null, createdAtMs: d })),
            turns: list.flatMap((turns, d) =>
              turns.map(({ children, role }, order) => ({
                id: `${id}-d${d}-t${order}`,
                dialogueId: `${id}-d${d}`,
                imageId: id,
                order,
                role,
                children,
                rawText: null,
                status: 'complete' as const,
                statusReason: null,
                provenance: { origin: 'human' as const },
                timings: null,
                createdAtMs: order
              }))
            ),
            relations: related.map(([subject, predicate, object], r) => ({
              id: `${id}-e${r}`,
              imageId: id,
              subject: regions[subject]?.id ?? '',
              predicate,
              object: regions[object]?.id ?? '',
              provenance: { origin: 'human' as const },
              createdAtMs: r
            })),
            review: { id, done }
          }
        })
    })
  )
}

/** Projects of up to three images, with every kind of shape that the format says it keeps. */
export function projects(keeps: FormatKeeps, options: LawOptions = {}): fc.Arbitrary<LawProject> {
  const names = fc.uniqueArray(options.labelNames ?? fc.constantFrom(...ODD_NAMES), { maxLength: 4 })
  const paths = fc.uniqueArray(options.imageNames ?? imageName, { maxLength: 3, selector: stemOf })
  return fc.tuple(names, paths).chain(([labelList, pathList]) => {
    const labels = labelList.map((name, order) => ({ id: `l${order}`, name, colour: '#ff0000', order }))
    const each = pathList.map((path, i) => documents(path, i, labels, keeps, options))
    return fc.tuple(...each).map((list) => ({ labels, documents: list }))
  })
}

export const ALL_KINDS: FormatKeeps['shapes'] = [
  ...(['box', 'point', 'quad', 'polygon'] as const),
  ...(['polyline', 'multipolygon', 'mask', 'keypoints'] as const)
]

export const exportOptions = (options: LawOptions): ExportOptions => ({
  dialect: shikra,
  includeProposals: true,
  ...options.export
})

export interface Written {
  readonly files: MemoryFileMap
  readonly summary: ExportSummary
}

/** Every chunk put together, by file; chunks of bytes make a file of bytes. */
export async function writeToMemory(format: Format, project: LawProject, options: LawOptions = {}): Promise<Written> {
  const texts = new Map<string, string[]>()
  const binaries = new Map<string, Uint8Array[]>()
  const imageBytes = async (image: ImageRecord): Promise<ImageBytes> => {
    const bytes = new TextEncoder().encode(`picture ${image.relativePath}`)
    return { sizeBytes: bytes.byteLength, chunks: () => [bytes] }
  }
  const source = { labels: project.labels, documents: () => project.documents, imageBytes }
  const run = format.encode(source, exportOptions(options))
  for await (const { fileName, text: part, bytes } of run.chunks) {
    const [map, value] = bytes === undefined ? [texts, part] : [binaries, bytes]
    const list = map.get(fileName) ?? []
    ;(list as (string | Uint8Array)[]).push(value)
    ;(map as Map<string, (string | Uint8Array)[]>).set(fileName, list)
  }
  const files = new Map<string, string | Uint8Array>()
  for (const [name, parts] of texts) files.set(name, parts.join(''))
  for (const [name, parts] of binaries) files.set(name, Uint8Array.from(parts.flatMap((part) => [...part])))
  return { files, summary: run.summary() }
}

export const sizesOf = (project: LawProject): ReadonlyMap<string, ImageSize> =>
  new Map(project.documents.flatMap(({ image }) => (image.size === null ? [] : [[image.relativePath, image.size]])))
