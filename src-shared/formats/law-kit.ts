/**
 * @file The laws of formats: small projects with ugly names and odd sizes, written to memory and read back. For test
 * files only. A format's test calls `testFormatLaws(format)`; what differs from format to format it takes from
 * `info.keeps`, and trees of words, which depend on the dialect, from its options.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
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
import { keepsWith, resolutionPx } from './keeps'
import { shapesOf } from './law-shapes'
import type { ImportIssue, ImportItem } from './reading/item'
import { memorySource } from './reading/memory-source'
import { ImageReferences } from './reading/image-references'
import { ContentJoin, contentOfDocument, labelNames } from './round-trip/content'
import type { ProjectContent } from './round-trip/content'
import { differences } from './round-trip/differences'
import type { RoundTrip } from './round-trip/differences'
import { judge } from './round-trip/verdict'
import { documentsOf } from './round-trip/documents'
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

const ALL_KINDS: FormatKeeps['shapes'] = [
  ...(['box', 'point', 'quad', 'polygon'] as const),
  ...(['polyline', 'multipolygon', 'mask', 'keypoints'] as const)
]

const exportOptions = (options: LawOptions): ExportOptions => ({
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

const sizesOf = (project: LawProject): ReadonlyMap<string, ImageSize> =>
  new Map(project.documents.flatMap(({ image }) => (image.size === null ? [] : [[image.relativePath, image.size]])))

/** Every item of the files, in order; the images of `project` are there to be asked for their size. */
export async function itemsFromMemory(
  format: Format,
  files: MemoryFileMap,
  project: LawProject,
  options: LawOptions = {}
): Promise<readonly ImportItem[]> {
  if (format.reader === undefined) throw new Error(`${format.info.id} has no reader`)
  const { dialect, space } = exportOptions(options)
  const source = memorySource({ files: options.unpack?.(files) ?? files, imageSizes: sizesOf(project) })
  const items: ImportItem[] = []
  const settings = format.info.takesDialect ? { dialect, ...(space === undefined ? {} : { space }) } : {}
  for await (const batch of format.reader.read(source, settings)) items.push(...batch)
  return items
}

/** What came back, put together as the importer does it. Throws on an issue: what Eyrie wrote it reads without one. */
export async function readFromMemory(
  format: Format,
  files: MemoryFileMap,
  project: LawProject,
  options: LawOptions = {}
): Promise<ProjectContent> {
  const join = new ContentJoin()
  join.add(await itemsFromMemory(format, files, project, options))
  // A note tells of something nobody can hold, and a region outside the image was there before (E2). Any other skip or
  // doubt about our own file is a fault.
  const isFault = ({ severity, code }: ImportIssue): boolean => severity !== 'note' && code !== 'import/outside-image'
  expect(join.issues.filter(isFault)).toEqual([])
  return contentOfJoin(join, project)
}

function contentOfJoin(join: ContentJoin, project: LawProject): ProjectContent {
  const sizes = sizesOf(project)
  const references = new ImageReferences(sizes.keys())
  return join.content((reference) => {
    const path = references.find(reference)
    return path === null ? null : { path, size: sizes.get(path) ?? null }
  })
}

export function contentOf(project: LawProject, options: LawOptions = {}): ProjectContent {
  const names = new Map(project.labels.map(({ id, name }) => [id, name]))
  return {
    labels: labelNames(project.labels),
    images: project.documents.flatMap((document) => contentOfDocument(document, names, exportOptions(options)) ?? [])
  }
}

export function compare(
  format: Format,
  before: ProjectContent,
  after: ProjectContent,
  options: LawOptions = {}
): RoundTrip {
  const keeps = keepsWith(keepsOf(format), exportOptions(options).dialect)
  return differences(before, after, {
    keeps,
    resolutionPx: (size) => resolutionPx(keeps, size, exportOptions(options))
  })
}

export function keepsOf(format: Format): FormatKeeps {
  const { keeps } = format.info
  if (keeps === undefined) throw new Error(`${format.info.id} does not say what it keeps`)
  return keeps
}

/** `read(write(P)) = P` within what is kept, and ten times over: no count changes, drift at most once the resolution. */
export function testFormatLaws(format: Format, options: LawOptions = {}): void {
  const keeps = keepsWith(keepsOf(format), exportOptions(options).dialect)
  const runs = options.runs === undefined ? {} : { numRuns: options.runs }

  describe(`laws of ${format.info.id}`, () => {
    test('what it keeps of a project comes back when it is written and read', async () => {
      await fc.assert(
        fc.asyncProperty(projects(keeps, options), async (project) => {
          const { files } = await writeToMemory(format, project, options)
          const back = await readFromMemory(format, files, project, options)
          expect(compare(format, contentOf(project, options), back, options).differences).toEqual([])
        }),
        runs
      )
    })

    test('ten exports and imports change no count and no order, and move nothing more than once', async () => {
      await fc.assert(
        fc.asyncProperty(projects(keeps, options), async (project) => {
          const first = contentOf(project, options)
          let current = project
          let content = first
          for (let cycle = 0; cycle < 10; cycle++) {
            const { files } = await writeToMemory(format, current, options)
            content = await readFromMemory(format, files, current, options)
            current = documentsOf(content)
          }
          expect(compare(format, first, content, options).differences).toEqual([])
        }),
        { numRuns: Math.max(10, Math.floor((options.runs ?? 100) / 5)) }
      )
    })

    test('whatever a project holds, what does not come back was counted or said when it was written', async () => {
      const everything: FormatKeeps = { ...keeps, shapes: ALL_KINDS, outside: 'kept' }
      const isAll = fc.boolean()
      await fc.assert(
        fc.asyncProperty(projects(everything, options), isAll, async (project, includeProposals) => {
          const chosen = { ...options, export: { ...options.export, includeProposals } }
          const { files, summary } = await writeToMemory(format, project, chosen)
          const join = new ContentJoin()
          join.add(await itemsFromMemory(format, files, project, chosen))
          const back = contentOfJoin(join, project)
          const roundTrip = compare(format, contentOf(project, chosen), back, chosen)
          const { silent } = judge(roundTrip, summary)
          expect({ silent, differences: Object.keys(silent).length === 0 ? [] : roundTrip.differences }).toEqual({
            silent: {},
            differences: []
          })
        }),
        runs
      )
    })

    test('it is recognised by what it writes, and writes the same bytes each time', async () => {
      await fc.assert(
        fc.asyncProperty(projects(keeps, options), async (project) => {
          const { files, summary } = await writeToMemory(format, project, options)
          const again = await writeToMemory(format, project, options)
          expect([...again.files]).toEqual([...files])
          const source = memorySource({ files: options.unpack?.(files) ?? files, imageSizes: sizesOf(project) })
          const recognition = await format.reader?.recognise(source)
          if (summary.counts.regions + summary.counts.dialogues > 0) expect(recognition ?? null).not.toBeNull()
        }),
        { numRuns: 25 }
      )
    })
  })
}
