/** @file Writing a project as training data: encoders from src-shared/formats, files by src-main/files. */
import { counted } from '../../src-shared/counted'
import { createHash } from 'node:crypto'
import { lstat, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { Dialect, DialectSpace, Loss } from '../../src-shared/dialects/dialect'
import type { ImageDocument } from '../../src-shared/document/records'
import type {
  CorrectionRange,
  ExportCounts,
  ExportOptions,
  ExportSummary,
  Format
} from '../../src-shared/formats/format'
import { FORMATS, findFormat } from '../../src-shared/formats/registry'
import type { ExportFormatId, ExportReport } from '../../src-shared/ipc/contract'
import { foreignNames } from '../../src-shared/dataset/foreign-names'
import { wholeShares } from '../../src-shared/dataset/splits'
import type { ExportSplit } from '../../src-shared/dataset/splits'
import type { ExportCertificate } from '../../src-shared/formats/round-trip/certificate'
import type { ImageSize } from '../../src-shared/geometry/space'
import type { WrittenFile } from '../files/atomic-write'
import { StagedFiles } from '../files/staged-files'
import type { StagedFile } from '../files/staged-files'
import { certify } from './export-certificate'
import { editTimes } from './edit-times'
import type { EditTime } from './edit-times'
import { filesOfEarlierExport, manifestChunks, manifestName } from './export-manifest'
import { splitsOf } from './export-splits'
import type { LookAtPictures, SplitImages } from './export-splits'
import { Watch } from './export-watch'
import type { ExportWatch } from './export-watch'
import { needDialect } from './models'
import { imageBytesBelow } from './image-bytes'
import type { ProjectStore } from './ports'

/** What an export reads of a project: all of it, or what was made from it. */
export type ExportedStore = Pick<ProjectStore, 'documents' | 'listLabels'> &
  Partial<Pick<ProjectStore, 'answerEdits' | 'imageRoot'>>

export interface ExportRequest {
  readonly formats: readonly ExportFormatId[]
  /** Absolute; made when it is not there. */
  readonly folder: string
  readonly dialect: string
  /** What fractions in the text mean; default: the dialect's own. */
  readonly space?: DialectSpace
  readonly includeProposals: boolean
  readonly overwrite: boolean
  /** Each split goes into a folder of its name. */
  readonly split?: ExportSplit
  /** For the formats of corrections; other formats take no notice of it. */
  readonly corrections?: CorrectionRange
}
function needFormat(id: ExportFormatId, find: (id: ExportFormatId) => Format | null): Format {
  const format = find(id)
  if (format !== null) return format
  throw new AppError('export/unknown-format', `There is no format ${id}.`, {
    nextStep: `Choose one of ${FORMATS.map(({ info }) => info.id).join(', ')}.`
  })
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new AppError(
      'export/no-folder',
      `The folder ${basename(folder)} for the export could not be made (${code ?? 'unknown reason'}).`,
      {
        nextStep: 'Choose a folder you may write to.',
        cause
      }
    )
  }
}

/** All names are looked at before anything is written, so that an export is refused whole. */
async function refuseExisting(folder: string, formats: readonly Format[], split?: ExportSplit): Promise<void> {
  const written = split?.shares.map(({ name }) => name) ?? formats.flatMap(({ info }) => info.fileNames)
  const names = [...written, ...formats.map(({ info }) => manifestName(info.id))]
  const taken: string[] = []
  for (const name of names) if (await isThere(join(folder, name))) taken.push(name)
  if (taken.length === 0) return
  throw new AppError(
    'export/exists',
    `${taken.join(', ')} ${taken.length === 1 ? 'is' : 'are'} in ${basename(folder)} already and ${taken.length === 1 ? 'was' : 'were'} left as ${taken.length === 1 ? 'it is' : 'they are'}.`,
    {
      nextStep: 'Choose another folder, or allow files to be replaced.',
      data: { fileNames: taken.join(', ') }
    }
  )
}

const MAX_DAMAGE_LOSSES = 20

/** What is learnt of a project while its documents go by. */
interface Seen {
  readonly damage: Map<string, Loss>
  readonly imageSizes: Map<string, ImageSize>
}

/** The documents of the store, noting what of them is damaged (A10). */
async function* documentsOf(
  store: ExportedStore,
  { damage, imageSizes }: Seen,
  isWanted: (id: string) => boolean,
  watch: Watch
): AsyncGenerator<ImageDocument> {
  watch.begin()
  for await (const document of store.documents('all')) {
    watch.see()
    if (!isWanted(document.image.id)) continue
    const { relativePath, size } = document.image
    if (size !== null) imageSizes.set(relativePath, size)
    for (const { code, message } of document.damage ?? []) {
      if (damage.size < MAX_DAMAGE_LOSSES)
        damage.set(`${document.image.id} ${code} ${message}`, { code, message, path: [] })
    }
    yield document
  }
}

/** Formats write the same images: their counts are not added, only the records are. */
function mergeCounts(all: readonly ExportSummary[]): ExportCounts {
  const most = (name: keyof ExportCounts): number => Math.max(0, ...all.map(({ counts }) => counts[name]))
  return {
    images: most('images'),
    regions: most('regions'),
    dialogues: most('dialogues'),
    turns: most('turns'),
    records: all.reduce((sum, { counts }) => sum + counts.records, 0)
  }
}

function mergeSkipped(all: readonly ExportSummary[]): ExportReport['skipped'] {
  const counts = new Map<string, number>()
  for (const { skipped } of all)
    for (const { reason, count } of skipped) counts.set(reason, Math.max(counts.get(reason) ?? 0, count))
  return [...counts].map(([reason, count]) => ({ reason, count }))
}

/** The splits of one format have other images each: everything is added. */
function addSummaries(all: readonly ExportSummary[]): ExportSummary {
  const total = (name: keyof ExportCounts): number => all.reduce((sum, { counts }) => sum + counts[name], 0)
  const skipped = new Map<string, number>()
  const losses = new Map<string, ExportSummary['losses'][number]>()
  for (const one of all) {
    for (const { reason, count } of one.skipped) skipped.set(reason, (skipped.get(reason) ?? 0) + count)
    for (const loss of one.losses)
      losses.set(loss.code, { ...loss, count: loss.count + (losses.get(loss.code)?.count ?? 0) })
  }
  return {
    counts: {
      images: total('images'),
      regions: total('regions'),
      dialogues: total('dialogues'),
      turns: total('turns'),
      records: total('records')
    },
    skipped: [...skipped].map(([reason, count]) => ({ reason, count })),
    losses: [...losses.values()]
  }
}

/** Names are written as they are; what another system would make of them is said. */
function lossesOfNames(files: readonly StagedFile[]): ExportSummary['losses'] {
  const { windows, merged, first } = foreignNames(files.map(({ path }) => path))
  const say = (code: string, count: number, what: string): ExportSummary['losses'] =>
    count === 0 ? [] : [{ code, message: `${what} ${counted(count, 'file')}; first ${first ?? ''}.`, path: [], count }]
  return [
    ...say('export/name-windows', windows, 'Windows cannot hold the names of'),
    ...say('export/name-case', merged, 'Systems that take upper and lower case for one would lose')
  ]
}

function lossOfLooks(unseen: number): ExportSummary['losses'] {
  if (unseen === 0) return []
  const message = `${counted(unseen, 'image')} could not be looked at, and for the split looks like no other.`
  return [{ code: 'export/not-looked-at', message, path: [], count: unseen }]
}

export interface ExportResult extends Omit<ExportReport, 'files' | 'refused'> {
  /** A folder of one file for each image counts as one: its hash is that of its lines in the manifest. */
  readonly files: readonly WrittenFile[]
}

/** Everything is written, read back and compared before any of it is in place. */
class Export {
  readonly #store: ExportedStore
  readonly #request: ExportRequest
  readonly #dialect: Dialect
  readonly #staged: StagedFiles
  readonly #look: LookAtPictures | undefined
  readonly #watch: Watch
  readonly #seen: Seen = { damage: new Map(), imageSizes: new Map() }
  readonly #files: WrittenFile[] = []
  readonly #stale: string[] = []
  readonly #summaries: ExportSummary[] = []
  readonly #certificates: ExportCertificate[] = []
  #editTime: EditTime | null = null
  #splits: SplitImages | null = null

  constructor(
    store: ExportedStore,
    request: ExportRequest,
    dialect: Dialect,
    staged: StagedFiles,
    look: LookAtPictures | undefined,
    watch: Watch
  ) {
    this.#store = store
    this.#request = request
    this.#dialect = dialect
    this.#staged = staged
    this.#look = look
    this.#watch = watch
  }

  async write(format: Format): Promise<void> {
    const { folder, split, includeProposals, overwrite, corrections, space } = this.#request
    const { id, takesDialect } = format.info
    const labels = await this.#store.listLabels()
    const options: ExportOptions = {
      dialect: this.#dialect,
      includeProposals,
      ...(takesDialect && space !== undefined ? { space } : {}),
      ...(format.info.takesCorrections === true
        ? { corrections: { ...corrections, editMs: await this.#editTimes() } }
        : {})
    }
    const before = this.#staged.files.length
    const summaries: ExportSummary[] = []
    const certificates: ExportCertificate[] = []
    this.#splits ??= await splitsOf(this.#store, split, this.#look, this.#watch)
    const { splits, unseen } = this.#splits
    for (const { name, isWanted } of splits) {
      const documents = (): AsyncIterable<ImageDocument> => documentsOf(this.#store, this.#seen, isWanted, this.#watch)
      this.#watch.enter(id, name, 'writing')
      const { imageRoot } = this.#store
      const pictures = imageRoot === undefined ? {} : { imageBytes: imageBytesBelow(imageRoot) }
      const run = format.encode({ labels, documents, ...pictures }, options)
      const start = this.#staged.files.length
      await this.#staged.write(run.chunks, id, name ?? '')
      const summary = run.summary()
      summaries.push(summary)
      const written = this.#staged.files.slice(start)
      this.#watch.enter(id, name, 'checking')
      certificates.push(
        await certify({
          format,
          split: name,
          folder: join(this.#staged.folderOf(id), name ?? ''),
          scratch: this.#staged.scratch(),
          writtenBytes: written.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
          labels,
          documents,
          imageSizes: this.#seen.imageSizes,
          options,
          summary,
          stopWhenCancelled: () => this.#watch.stopWhenCancelled()
        })
      )
    }
    const files = this.#staged.files.slice(before)
    const added = addSummaries(summaries)
    const summary = { ...added, losses: [...added.losses, ...lossesOfNames(files), ...lossOfLooks(unseen)] }
    if (overwrite) this.#stale.push(...(await filesOfEarlierExport(folder, id)))
    const shares = split && Object.fromEntries(split.shares.map(({ name, share }) => [name, share]))
    const facts = {
      format: id,
      dialect: takesDialect ? this.#dialect.profile.id : null,
      ...(options.space === undefined ? {} : { space: options.space }),
      includeProposals,
      ...(corrections === undefined || format.info.takesCorrections !== true ? {} : { corrections }),
      split: split === undefined ? null : { shares: shares ?? {}, by: split.by, seed: split.seed },
      ...summary,
      certificates,
      files
    }
    await this.#staged.write(manifestChunks(facts), 'manifests')
    this.#files.push(...this.#reported(format, files), ...this.#reported(null, this.#staged.files.slice(-1)))
    this.#summaries.push(summary)
    this.#certificates.push(...certificates)
  }

  /** Read once, however many formats ask. */
  async #editTimes(): Promise<EditTime> {
    this.#editTime ??= editTimes((await this.#store.answerEdits?.()) ?? [])
    return this.#editTime
  }

  #reported(format: Format | null, files: readonly StagedFile[]): readonly WrittenFile[] {
    const at = (path: string): string => join(this.#request.folder, ...path.split('/'))
    if (format?.info.layout !== 'folder')
      return files.map(({ path, sizeBytes, sha256 }) => ({ path: at(path), sizeBytes, sha256 }))
    const groups = new Map<string, StagedFile[]>()
    for (const file of files) {
      const depth = this.#request.split === undefined ? 1 : 2
      const top = file.path.split('/').slice(0, depth).join('/')
      const list = groups.get(top)
      if (list === undefined) groups.set(top, [file])
      else list.push(file)
    }
    return [...groups].map(([top, list]) => {
      const hash = createHash('sha256')
      for (const { path, sha256 } of list) hash.update(`${sha256}  ${path}\n`)
      const sizeBytes = list.reduce((sum, file) => sum + file.sizeBytes, 0)
      return { path: at(top), sizeBytes, sha256: hash.digest('hex') }
    })
  }

  async place(): Promise<ExportResult> {
    this.#watch.enter('', null, 'placing')
    await this.#staged.place(this.#stale)
    return {
      files: this.#files,
      counts: mergeCounts(this.#summaries),
      skipped: mergeSkipped(this.#summaries),
      losses: [...this.#summaries.flatMap(({ losses }) => losses), ...this.#seen.damage.values()],
      certificates: this.#certificates
    }
  }
}

function refuseEmptyRange({ minIou = 0, maxIou = 1 }: CorrectionRange = {}): void {
  if (minIou <= maxIou) return
  throw new AppError('export/iou-range', `No IoU is at least ${minIou} and at most ${maxIou}.`, {
    nextStep: 'Let the least IoU be no greater than the greatest.'
  })
}

/**
 * Each export is there whole or not at all. Rejects with `export/…` (`export/not-certified` when what was written does
 * not come back, `export/cancelled`), `file/…`, `dialect/unknown`. `look`: for a split by what pictures look like.
 */
export async function exportStore(
  store: ExportedStore,
  request: ExportRequest,
  find: (id: ExportFormatId) => Format | null = findFormat,
  look?: LookAtPictures,
  watched: ExportWatch = {}
): Promise<ExportResult> {
  const formats = [...new Set(request.formats)].map((id) => needFormat(id, find))
  const dialect = needDialect(request.dialect)
  refuseEmptyRange(request.corrections)
  const split = request.split && { ...request.split, shares: wholeShares(request.split.shares) }
  await makeFolder(request.folder)
  if (!request.overwrite) await refuseExisting(request.folder, formats, split)
  const staged = await StagedFiles.begin(request.folder, { overwrite: request.overwrite })
  try {
    const run = new Export(
      store,
      { ...request, ...(split === undefined ? {} : { split }) },
      dialect,
      staged,
      look,
      new Watch(watched)
    )
    for (const format of formats) await run.write(format)
    return await run.place()
  } finally {
    await staged.discard()
  }
}
