/**
 * @file The round-trip certificate: after an export Eyrie reads back what it wrote, through the format's own reader,
 * and compares it with the project. A difference that the writer did not say is a silent drop, and the export is
 * refused before anything of it is in place.
 */
import { counted } from '../../src-shared/counted'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { ImageDocument, LabelRecord } from '../../src-shared/document/records'
import type { ExportOptions, ExportSummary, Format } from '../../src-shared/formats/format'
import type { Dialect } from '../../src-shared/dialects/dialect'
import { keepsWith, resolutionPx } from '../../src-shared/formats/keeps'
import type { FormatKeeps } from '../../src-shared/formats/keeps'
import { ImageReferences } from '../../src-shared/formats/reading/image-references'
import type { ImportItem } from '../../src-shared/formats/reading/item'
import type { DataSource } from '../../src-shared/formats/reading/source'
import { ContentJoin, contentOfDocument, labelNames } from '../../src-shared/formats/round-trip/content'
import type { ContentImage } from '../../src-shared/formats/round-trip/content'
import { Comparison } from '../../src-shared/formats/round-trip/differences'
import type { ExportCertificate } from '../../src-shared/formats/round-trip/certificate'
import type { ExportRefusal } from '../../src-shared/formats/round-trip/refusal'
import type { RoundTrip } from '../../src-shared/formats/round-trip/differences'
import { judge } from '../../src-shared/formats/round-trip/verdict'
import type { ImageSize } from '../../src-shared/geometry/space'
import { openDataSource } from '../files/data-source'
import type { DiskSource } from '../files/data-source'
import { Spill } from '../files/spill'

export interface CertifyRequest {
  readonly format: Format
  readonly split: string | null
  /** Absolute; holds the files as they were written. */
  readonly folder: string
  /** Absolute; may be made and filled while it runs. */
  readonly scratch: string
  readonly writtenBytes: number
  readonly labels: readonly LabelRecord[]
  /** The documents that were written, again. */
  documents(): AsyncIterable<ImageDocument>
  /** Upright sizes of the project's images by path. */
  readonly imageSizes: ReadonlyMap<string, ImageSize>
  readonly options: ExportOptions
  readonly summary: ExportSummary
  /** Called often; throws what the export then rejects with. */
  readonly stopWhenCancelled?: () => void
}

/** So much of a written file is compared at once; read back it is several times that in memory. */
const BYTES_PER_BUCKET = 4 << 20
const MOST_BUCKETS = 1024

type Unnamed = Exclude<ImportItem, { type: 'label' | 'image' | 'issue' }>

/** Items by image, even where a file names its images last. */
class ItemBuckets {
  readonly labels = new Set<string>()
  readonly #references: ImageReferences
  readonly #pathOfKey = new Map<string, string>()
  readonly #items: Spill<ImportItem>
  readonly #early: Spill<Unnamed>
  firstSkip: string | null = null

  constructor(scratch: string, buckets: number, references: ImageReferences) {
    this.#references = references
    this.#items = new Spill(join(scratch, 'items'), buckets)
    this.#early = new Spill(join(scratch, 'early'), buckets)
  }

  bucketOf(path: string): number {
    return this.#items.bucketOf(path)
  }

  async add(item: ImportItem): Promise<void> {
    if (item.type === 'issue') {
      // What it is about has come back or has not; the comparison sees that. The words say why.
      if (item.severity === 'skip') this.firstSkip ??= item.message
      return
    }
    if (item.type === 'label') {
      this.labels.add(item.name)
      return
    }
    if (item.type === 'region' && item.label !== null) this.labels.add(item.label)
    if (item.type === 'image') {
      const path = this.#references.find(item.reference) ?? `?${item.reference}`
      this.#pathOfKey.set(item.imageKey, path)
      await this.#items.add(this.bucketOf(path), item)
      return
    }
    const path = this.#pathOfKey.get(item.imageKey)
    if (path === undefined) await this.#early.add(this.#early.bucketOf(item.imageKey), item)
    else await this.#items.add(this.bucketOf(path), item)
  }

  async finish(): Promise<void> {
    for (let bucket = 0; bucket < this.#early.bucketCount; bucket++) {
      for (const item of await this.#early.take(bucket)) {
        const path = this.#pathOfKey.get(item.imageKey) ?? `?${item.imageKey}`
        await this.#items.add(this.bucketOf(path), item)
      }
    }
  }

  async images(bucket: number, sizes: ReadonlyMap<string, ImageSize>): Promise<ReadonlyMap<string, ContentImage>> {
    const joined = new ContentJoin()
    joined.add(await this.#items.take(bucket))
    const { images } = joined.content((reference) => {
      const path = this.#references.find(reference)
      return path === null ? null : { path, size: sizes.get(path) ?? null }
    })
    return new Map(images.map((image) => [image.path, image]))
  }
}

async function sourceOver(
  folder: string,
  references: ImageReferences,
  sizes: CertifyRequest['imageSizes'],
  scratch: string
): Promise<DataSource & Pick<DiskSource, 'close'>> {
  // Shards are unpacked there.
  await mkdir(scratch, { recursive: true })
  const disk = await openDataSource({ path: folder, sizeOfImage: async () => null, scratch })
  return {
    ...disk,
    imageSize: async (reference, annotationPath) => {
      const path = references.find(reference, annotationPath)
      return path === null ? null : (sizes.get(path) ?? null)
    }
  }
}

/** A dialect without marks of phrases leaves their extent to whoever reads it. */
function keptBy(keeps: FormatKeeps, dialect: Dialect): FormatKeeps {
  const kept = keepsWith(keeps, dialect)
  const isGuessed = keeps.resolution === 'dialect' && dialect.profile.phraseMarks === 'none'
  return isGuessed ? { ...kept, phraseExtents: false } : kept
}

/** Rejects with `export/not-certified` when something came back otherwise and the writer had not said so. */
export async function certify(request: CertifyRequest): Promise<ExportCertificate> {
  const { format, split, options, imageSizes, labels } = request
  const { id, takesDialect } = format.info
  if (format.reader === undefined || format.info.keeps === undefined) return uncertified(id, split)
  const keeps = keptBy(format.info.keeps, options.dialect)
  const buckets = Math.min(MOST_BUCKETS, Math.max(1, Math.ceil(request.writtenBytes / BYTES_PER_BUCKET)))
  const references = new ImageReferences(imageSizes.keys())
  const items = new ItemBuckets(request.scratch, buckets, references)
  const source = await sourceOver(request.folder, references, imageSizes, request.scratch)
  const { dialect, space } = options
  const readerOptions = takesDialect ? { dialect, ...(space === undefined ? {} : { space }) } : {}
  // A format that writes no file for an empty project has nothing that could be read.
  if (source.files.length > 0) {
    try {
      for await (const batch of format.reader.read(source, readerOptions)) {
        request.stopWhenCancelled?.()
        for (const item of batch) await items.add(item)
      }
    } catch (cause) {
      if (cause instanceof AppError && cause.code.startsWith('import/'))
        throw new NotCertified(
          request,
          { code: cause.code, reason: cause.message, counts: null, silent: { [cause.code]: 1 }, differences: [] },
          cause
        )
      throw cause
    } finally {
      await source.close()
    }
  } else await source.close()
  await items.finish()

  const comparison = new Comparison({ keeps, resolutionPx: (size) => resolutionPx(keeps, size, { ...options }) })
  comparison.labels(labelNames(labels), [...items.labels])
  const names = new Map(labels.map((label) => [label.id, label.name]))
  const written = new Spill<ContentImage>(join(request.scratch, 'written'), buckets)
  for await (const document of request.documents()) {
    const content = contentOfDocument(document, names, options)
    if (content !== null) await written.add(items.bucketOf(content.path), content)
  }
  for (let bucket = 0; bucket < buckets; bucket++) {
    const back = new Map(await items.images(bucket, imageSizes))
    for (const image of await written.take(bucket)) {
      comparison.image(image, back.get(image.path) ?? null)
      back.delete(image.path)
    }
    for (const image of back.values()) comparison.image(null, image)
  }
  return await judged(request, comparison.result(), items)
}

/** `export/not-certified`, with everything that is known of what was lost. */
export class NotCertified extends AppError {
  readonly refusal: ExportRefusal

  constructor(
    { format, split }: Pick<CertifyRequest, 'format' | 'split'>,
    refusal: Omit<ExportRefusal, 'format' | 'split'>,
    cause?: unknown
  ) {
    const { code, reason, differences, silent } = refusal
    const count = silent[code] ?? 1
    const first = differences.find((difference) => difference.code === code)?.message
    const why = reason ?? first ?? `${counted(count, 'region')} left out and not counted.`
    super('export/not-certified', `The export to ${format.info.name} did not come back as it was written: ${why}`, {
      nextStep: 'Nothing was written. Change what is named here, or export to another format.',
      data: { format: format.info.id, code, count },
      ...(cause === undefined ? {} : { cause })
    })
    this.refusal = { ...refusal, format: format.info.id, split }
  }
}

const uncertified = (format: string, split: string | null): ExportCertificate => ({
  format,
  split,
  isCertified: false,
  counts: null,
  largestErrorPx: null,
  notHeld: {},
  said: {},
  differences: []
})

/** Ids of the images that differences name. */
async function idsOf(request: CertifyRequest, paths: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  if (paths.size === 0) return ids
  for await (const { image } of request.documents()) {
    if (paths.has(image.relativePath)) ids.set(image.relativePath, image.id)
    if (ids.size === paths.size) break
  }
  return ids
}

async function judged(request: CertifyRequest, roundTrip: RoundTrip, items: ItemBuckets): Promise<ExportCertificate> {
  const { format, split, summary } = request
  const { silent, said } = judge(roundTrip, summary)
  const { counts, largestErrorPx, notHeld, differences } = roundTrip
  const [code] = Object.keys(silent)
  if (code === undefined)
    return { format: format.info.id, split, isCertified: true, counts, largestErrorPx, notHeld, said, differences }
  const lost = differences.filter((difference) => difference.code in silent)
  const ids = await idsOf(request, new Set(lost.flatMap(({ image }) => (image === null ? [] : [image]))))
  throw new NotCertified(request, {
    code,
    reason: items.firstSkip,
    counts,
    silent,
    differences: lost.map((difference) => ({ ...difference, imageId: ids.get(difference.image ?? '') ?? null }))
  })
}
