/**
 * @file From a data set on disk to records of a project: source → reader → store. A dry run is the same stream with
 * nothing written, so what it counts is what the import does.
 */
import { dirname, isAbsolute, relative, sep } from 'node:path'
import { AppError } from '../../../src-shared/errors'
import type { Dialect, DialectSpace } from '../../../src-shared/dialects/dialect'
import type { Committed } from '../../../src-shared/document/transaction'
import type { Format, FormatId } from '../../../src-shared/formats/format'
import { IssueTally } from '../../../src-shared/formats/reading/issue-tally'
import type { IssueGroup } from '../../../src-shared/formats/reading/issue-tally'
import type { ImportIssue } from '../../../src-shared/formats/reading/item'
import type { BulkItem } from '../../../src-shared/formats/reading/outlines'
import type { ReaderOptions } from '../../../src-shared/formats/reading/reader'
import type { DataSource } from '../../../src-shared/formats/reading/source'
import type { ImportRates, ImportReport, SkippedGroup } from '../../../src-shared/formats/reading/report'
import { openDataSource } from '../../files/data-source'
import type { DiskSource } from '../../files/data-source'
import type { ImportOutcome, ImportRules, MediaHost, ProjectStore } from '../ports'
import { lookAt } from '../register-images'
import { ClassNames } from './class-names'
import { Repeats } from './repeats'
import { UnreadFiles } from './unread-files'
import { recognise } from './recognise'
import type { RecognisedFormat } from './recognise'

export interface ImportRequest {
  /** Absolute: the file or folder of the data set. */
  readonly path: string
  /** null: by what is in the files. */
  readonly format: FormatId | null
  /** Absolute: where the images are, when not below `path`. */
  readonly images: string | null
  /** For formats with coordinates in their text. */
  readonly dialect?: Dialect
  readonly space?: DialectSpace
  /** What the person knows and the files do not say, by id of the reader's `settings`. */
  readonly settings?: Readonly<Record<string, string>>
  /** By class number, where no file names them. */
  readonly classNames?: readonly string[]
  readonly dryRun: boolean
  readonly addImages: ImportRules['addImages']
}

export interface ImportSurroundings {
  readonly store: ProjectStore
  readonly media: MediaHost
  readonly formats: readonly Format[]
  readonly now: () => number
  readonly signal?: AbortSignal
  readonly onProgress?: (rates: ImportRates) => void
}

export interface ImportResult {
  readonly report: ImportReport
  /** null: nothing was written. */
  readonly committed: Committed | null
}

const cancelled = (): AppError =>
  new AppError('import/cancelled', 'The import was cancelled.', {
    nextStep: 'Nothing was changed; import again at any time.'
  })

/** A function, so that a check before an `await` is not taken for one after it. */
function stopWhenCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled()
}

/** Rejects with `import/…`, `store/…`; the project is then as it was. */
export async function runImport(request: ImportRequest, around: ImportSurroundings): Promise<ImportResult> {
  const { store, media, signal } = around
  const progress = new Progress(around)
  const source = await openDataSource({
    path: request.path,
    ...(request.images === null ? {} : { imageFolder: request.images }),
    fallbackFolder: store.imageRoot,
    sizeOfImage: async (path) => (await media.facts(path)).size,
    scratch: dirname(store.path),
    ...(signal === undefined ? {} : { signal }),
    onBytes: (count) => progress.read(count)
  })
  try {
    return await importFrom(source, progress, request, around)
  } finally {
    await source.close()
  }
}

async function importFrom(
  source: DiskSource,
  progress: Progress,
  request: ImportRequest,
  around: ImportSurroundings
): Promise<ImportResult> {
  const { store, signal } = around
  const recognised = await recognise(source, around.formats, request.format)
  source.forgetHeads()
  stopWhenCancelled(signal)
  progress.begin(recognised, source)
  await store.importBegin(rulesOf(request, source, around))
  let outcome: ImportOutcome
  const issues = new IssueTally()
  const files = new UnreadFiles(source)
  try {
    await readInto(store, itemsOf(recognised, files.watched(), request), issues, progress, signal)
    progress.finish()
    outcome = await finished(around)
  } catch (error) {
    await store.importCancel()
    throw error
  }
  const doubted = new Set(issues.groups().map(({ code }) => code))
  // A reader that says of each image what the whole says too knows it better.
  for (const group of outcome.issues) if (!doubted.has(group.code)) issues.addGroup(group)
  const told = new Set(issues.groups().flatMap(({ examples }) => examples.map(({ file }) => file)))
  for (const issue of files.issues(told)) issues.add(issue)
  // Notes are about what is not kept; that nothing is there at all is more.
  if (issues.groups().every(({ severity }) => severity === 'note') && isNothing(outcome))
    issues.add(nothingFound(recognised, source))
  return { report: report(recognised, outcome, issues.groups(), !request.dryRun), committed: outcome.committed }
}

const isNothing = ({ counts, labels }: ImportOutcome): boolean =>
  counts.images + counts.dialogues + counts.relations + labels.length === 0 && Object.keys(counts.regions).length === 0

/** An empty file chosen by name, or a list without an entry: valid, and hardly what was meant. */
const nothingFound = ({ paths }: RecognisedFormat, { files }: DiskSource): ImportIssue => ({
  type: 'issue',
  severity: 'doubt',
  code: 'import/nothing-found',
  message: 'It holds no image, no class, no region and no words.',
  file: paths[0] ?? files[0]?.path ?? ''
})

function itemsOf(
  { format }: RecognisedFormat,
  source: DataSource,
  { dialect, space, settings, classNames = [] }: ImportRequest
): AsyncIterable<readonly BulkItem[]> {
  const options: ReaderOptions = {
    ...(dialect === undefined ? {} : { dialect }),
    ...(space === undefined ? {} : { space }),
    ...(settings === undefined ? {} : { settings: knownSettings(format, settings) }),
    ...(classNames.length === 0 ? {} : { classNames })
  }
  if (format.reader === undefined) throw new AppError('import/no-such-format', `${format.info.id} cannot be read.`)
  if (classNames.length > 0 && format.reader.takesClassNames !== true)
    throw new AppError('import/no-such-setting', `${format.info.name} names its classes itself.`, {
      nextStep: 'Leave the list of classes out.',
      data: { format: format.info.id, setting: 'classNames' }
    })
  return format.reader.readInBulk?.(source, options) ?? format.reader.read(source, options)
}

/** A word that would change nothing is refused, not passed over. */
function knownSettings(
  { info, reader }: Format,
  chosen: Readonly<Record<string, string>>
): Readonly<Record<string, string>> {
  const known = reader?.settings ?? []
  for (const [id, value] of Object.entries(chosen)) {
    const setting = known.find((one) => one.id === id)
    if (setting?.values.some((one) => one.value === value) === true) continue
    const choices = known.map((one) => `${one.id}=${one.values.map((each) => each.value).join('|')}`)
    throw new AppError('import/no-such-setting', `${info.name} has no setting ${id}=${value}.`, {
      nextStep: choices.length === 0 ? 'It has no settings: leave it out.' : `It can be told ${choices.join(' and ')}.`,
      data: { format: info.id, setting: id }
    })
  }
  return chosen
}

/** Regions and others: few enough for a Cancel to be heard soon, and enough for a message to be worth its while. */
const ITEMS_AT_A_TIME = 1_000
/** While one is stored others wait, so that neither side waits for the other. */
const MESSAGES_ON_THEIR_WAY = 3

const countOf = (item: BulkItem): number => (item.type === 'outlines' ? item.images.length : 1)

async function readInto(
  store: ProjectStore,
  items: AsyncIterable<readonly BulkItem[]>,
  issues: IssueTally,
  progress: Progress,
  signal: AbortSignal | undefined
): Promise<void> {
  const sent: Promise<void>[] = []
  let some: BulkItem[] = []
  let count = 0
  const send = async (): Promise<void> => {
    if (sent.length >= MESSAGES_ON_THEIR_WAY) await sent.shift()
    stopWhenCancelled(signal)
    const message = store.importAdd(some)
    // Its error is met at a later await; until then it is not unhandled.
    message.catch(() => undefined)
    sent.push(message)
    some = []
    count = 0
    progress.tell()
  }
  const [names, repeats] = [new ClassNames(), new Repeats()]
  try {
    for await (const batch of items) {
      for (const issue of [...names.see(batch), ...repeats.see(batch)]) issues.add(issue)
      for (const item of batch) {
        if (item.type === 'issue') {
          issues.add(item)
          continue
        }
        some.push(item)
        count += countOf(item)
        if (item.type === 'region' || item.type === 'outlines') progress.regions += countOf(item)
        if (count >= ITEMS_AT_A_TIME) await send()
      }
    }
    if (count > 0) await send()
  } finally {
    await Promise.all(sent)
  }
}

const LOOKS_AT_ONCE = 8

async function finished({ store, media, signal }: ImportSurroundings): Promise<ImportOutcome> {
  for (;;) {
    stopWhenCancelled(signal)
    const progress = await store.importFinish()
    if (progress.state === 'done') return progress.outcome
    if (progress.state === 'more') continue
    const looked = [...progress.images]
    for (let start = 0; start < looked.length; start += LOOKS_AT_ONCE) {
      stopWhenCancelled(signal)
      const some = looked.slice(start, start + LOOKS_AT_ONCE)
      const facts = await Promise.all(some.map((image) => lookAt(store.imageRoot, image, media, false)))
      await store.importFacts(some.map(({ id }, i) => ({ ...(facts[i] as (typeof facts)[number]), id })))
    }
  }
}

/** `path` below `folder` as `/` separated parts; '' for the folder itself, null when it is elsewhere. */
function belowFolder(folder: string, path: string): string | null {
  const parts = relative(folder, path)
  if (parts === '..' || parts.startsWith(`..${sep}`) || isAbsolute(parts)) return null
  return parts.split(sep).join('/')
}

function rulesOf(request: ImportRequest, source: DiskSource, around: ImportSurroundings): ImportRules {
  const { imageRoot } = around.store
  const folders = [source.root, ...(request.images === null ? [] : [request.images])]
  return {
    imageFolders: folders.flatMap((folder) => belowFolder(imageRoot, folder) ?? []).filter((folder) => folder !== ''),
    sourceFolder: source.root,
    addImages: request.addImages,
    dryRun: request.dryRun,
    createdAtMs: around.now()
  }
}

function report(
  { format, because }: RecognisedFormat,
  { counts, labels }: ImportOutcome,
  groups: readonly IssueGroup[],
  written: boolean
): ImportReport {
  const of = (severity: IssueGroup['severity']): readonly SkippedGroup[] =>
    groups
      .filter((group) => group.severity === severity)
      .map(({ code, count, examples }) => ({ code, count, examples }))
  return {
    format: format.info.id,
    because,
    counts,
    labels,
    skipped: of('skip'),
    doubts: of('doubt'),
    notes: of('note'),
    written
  }
}

const TOLD_EVERY_MS = 150

class Progress {
  regions = 0
  #phase: ImportRates['phase'] = 'recognising'
  #done = 0
  #total = 0
  #startedMs = performance.now()
  #toldMs = -Infinity

  readonly #onProgress: ((rates: ImportRates) => void) | undefined

  constructor({ onProgress }: ImportSurroundings) {
    this.#onProgress = onProgress
  }

  begin({ paths }: RecognisedFormat, { files }: DiskSource): void {
    const sizes = new Map(files.map(({ path, sizeBytes }) => [path, sizeBytes]))
    this.#total = paths.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0)
    this.#done = 0
    this.#startedMs = performance.now()
    this.#enter('reading')
  }

  finish(): void {
    this.#enter('finishing')
  }

  read(count: number): void {
    this.#done += count
    this.tell()
  }

  tell(): void {
    const nowMs = performance.now()
    if (nowMs - this.#toldMs < TOLD_EVERY_MS || this.#onProgress === undefined) return
    this.#toldMs = nowMs
    const seconds = (nowMs - this.#startedMs) / 1000
    const doneBytes = Math.min(this.#done, this.#total)
    const bytesPerSecond = seconds > 0 ? doneBytes / seconds : 0
    const isKnown = this.#phase === 'reading' && bytesPerSecond > 0 && doneBytes < this.#total
    this.#onProgress({
      phase: this.#phase,
      doneBytes,
      totalBytes: this.#total,
      bytesPerSecond,
      secondsLeft: isKnown ? (this.#total - doneBytes) / bytesPerSecond : null,
      regions: this.regions
    })
  }

  #enter(phase: ImportRates['phase']): void {
    this.#phase = phase
    this.#toldMs = -Infinity
    this.tell()
  }
}
