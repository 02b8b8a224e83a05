/**
 * @file From a folder to the project's list of images: scan, look at each file in the media host,
 * register all in one transaction. Labels of images that are gone stay (B6).
 */
import { join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { ImageRecord } from '../../src-shared/document/records'
import type { ImageSize } from '../../src-shared/geometry/space'
import type { ImageListItem } from '../../src-shared/ipc/contract'
import { scanFolder } from '../files/scan'
import type { ScanOptions, ScanResult, ScannedFile, SkippedEntries } from '../files/scan'
import { ACCEPTED_TYPES } from '../files/sniff'
import type { MediaHost, ProjectStore } from './ports'

/** Files are hashed while the whole folder is below this, one file below that; larger ones keep no hash. */
const MAX_HASHED_FOLDER_BYTES = 8_000_000_000
const MAX_HASHED_FILE_BYTES = 64_000_000
/** Asked of the media host at a time; it works on two. */
const AT_A_TIME = 16

export interface RegisterReport {
  readonly added: number
  readonly updated: number
  readonly missing: number
  readonly unreadable: number
  readonly skipped: SkippedEntries
  /** Paths of labelled images whose bytes are no longer those that were labelled. */
  readonly replaced: readonly string[]
  /** Paths of labelled images that are not as large as the file said that they were imported with. */
  readonly resized: readonly string[]
}

export type Progress = (progress: { readonly done: number; readonly total: number }) => void

/** Scans and refuses a folder without images with `project/no-images`. */
export async function scanForImages(folder: string, options: ScanOptions = {}): Promise<ScanResult> {
  const scan = await scanFolder(folder, options)
  if (scan.files.length > 0) return scan
  const others =
    scan.otherFiles === 0
      ? 'It is empty'
      : `It holds ${scan.otherFiles} other ${scan.otherFiles === 1 ? 'file' : 'files'}`
  throw new AppError('project/no-images', `There are no images in ${folder} or the folders below it. ${others}.`, {
    nextStep: `Choose a folder with images of these types: ${ACCEPTED_TYPES}.`,
    data: { folder, acceptedTypes: ACCEPTED_TYPES, otherFiles: scan.otherFiles }
  })
}

type NewImage = Omit<ImageRecord, 'id'>

/** What the image's own header says; a file that is no image gets the status `unreadable`. */
export async function lookAt(
  root: string,
  file: Pick<ScannedFile, 'relativePath' | 'sizeBytes'>,
  media: MediaHost,
  withHash: boolean
): Promise<NewImage> {
  const { relativePath, sizeBytes } = file
  try {
    const facts = await media.inspect(join(root, ...relativePath.split('/')), { withHash })
    return {
      relativePath,
      contentHash: facts.contentHash,
      sizeBytes: facts.sizeBytes,
      size: facts.size,
      orientation: facts.orientation,
      status: 'ok',
      statusReason: null
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'image/unreadable') throw error
    const { reason } = error.data
    const statusReason = typeof reason === 'string' ? reason : error.message
    return {
      relativePath,
      contentHash: null,
      sizeBytes,
      size: null,
      orientation: 1,
      status: 'unreadable',
      statusReason
    }
  }
}

const isHashed = (file: Pick<ScannedFile, 'sizeBytes'>, folderBytes: number): boolean =>
  folderBytes <= MAX_HASHED_FOLDER_BYTES && file.sizeBytes <= MAX_HASHED_FILE_BYTES
const bytesOf = (files: readonly ScannedFile[]): number => files.reduce((sum, file) => sum + file.sizeBytes, 0)

/** `known`: images that need no look, since they are the same as far as their listing says. */
export async function inspectAll(
  scan: ScanResult,
  media: MediaHost,
  onProgress?: Progress,
  known: ReadonlyMap<string, ImageRecord> = new Map()
): Promise<NewImage[]> {
  const { files, root } = scan
  const folderBytes = bytesOf(files)
  const images: NewImage[] = []
  let next = 0
  let done = 0
  async function work(): Promise<void> {
    for (let i = next++; i < files.length; i = next++) {
      const file = files[i] as ScannedFile
      images[i] = known.get(file.relativePath) ?? (await lookAt(root, file, media, isHashed(file, folderBytes)))
      onProgress?.({ done: ++done, total: files.length })
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return images
}

/** Listed as it is: nobody has opened the file. */
const unseen = ({ relativePath, sizeBytes }: ScannedFile): NewImage => ({
  relativePath,
  sizeBytes,
  contentHash: null,
  size: null,
  orientation: 1,
  status: 'ok',
  statusReason: null
})
export const isUnseen = ({ status, size }: ImageRecord): boolean => status === 'ok' && size === null

/** A folder with more is listed at once, and looked at while people work. */
export const MOST_SEEN_FIRST = 256

/** As `registerImages` for a project without images; of many, the first ones are looked at. */
export async function registerFirst(
  store: ProjectStore,
  scan: ScanResult,
  media: MediaHost,
  onProgress?: Progress
): Promise<RegisterReport> {
  const first = scan.files.slice(0, MOST_SEEN_FIRST)
  // Of large folders nothing is hashed; the first ones are no exception.
  const isSmall = bytesOf(scan.files) <= MAX_HASHED_FOLDER_BYTES
  const seen = await Promise.all(
    first.map((file) => lookAt(scan.root, file, media, isSmall && file.sizeBytes <= MAX_HASHED_FILE_BYTES))
  )
  onProgress?.({ done: first.length, total: scan.files.length })
  const counts = await store.registerImages([...seen, ...scan.files.slice(MOST_SEEN_FIRST).map(unseen)])
  const unreadable = seen.filter(({ status }) => status === 'unreadable').length
  return { ...counts, unreadable, skipped: scan.skipped, replaced: [], resized: [] }
}

/**
 * Looks at the images that nobody has looked at yet, and at no others; returns how many those were and how many of them
 * cannot be read. To be begun again when the project was closed meanwhile.
 */
export async function seeRest(
  store: ProjectStore,
  media: MediaHost,
  isStopped: () => boolean = () => false,
  onProgress?: (seen: number) => void
): Promise<{ readonly seen: number; readonly unreadable: number }> {
  let folderBytes: number | null = null
  let unreadable = 0
  let seen = 0
  for (let from: number | null = 0; from !== null && !isStopped();) {
    const page: Awaited<ReturnType<ProjectStore['unseenImages']>> = await store.unseenImages(from)
    from = page.next
    if (page.images.length === 0) continue
    folderBytes ??= await listedBytes(store)
    const images = await seeSome(store, page.images, media, folderBytes)
    unreadable += images.filter(({ status }) => status === 'unreadable').length
    seen += images.length
    onProgress?.(seen)
  }
  return { seen, unreadable }
}

async function seeSome(
  store: ProjectStore,
  unseenOnes: readonly ImageRecord[],
  media: MediaHost,
  folderBytes: number
): Promise<readonly ImageRecord[]> {
  const images: ImageRecord[] = []
  let next = 0
  async function work(): Promise<void> {
    for (let i = next++; i < unseenOnes.length; i = next++) {
      const image = unseenOnes[i] as ImageRecord
      images[i] = { ...(await lookAt(store.imageRoot, image, media, isHashed(image, folderBytes))), id: image.id }
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  await store.setImageFacts(images)
  return images
}

/** An image as its file says, when it is asked for before its turn came. */
export async function seeOne(store: ProjectStore, image: ImageRecord, media: MediaHost): Promise<ImageRecord> {
  const withHash = image.sizeBytes <= MAX_HASHED_FILE_BYTES
  const seen = { ...(await lookAt(store.imageRoot, image, media, withHash)), id: image.id }
  if (!store.readOnly) await store.setImageFacts([seen])
  return seen
}

async function listedBytes(store: ProjectStore): Promise<number> {
  let bytes = 0
  for await (const { image } of allImages(store)) bytes += image.sizeBytes
  return bytes
}

const PAGE = 1_000

async function* allImages(store: ProjectStore): AsyncGenerator<ImageListItem> {
  for (let offset = 0; ; offset += PAGE) {
    const { items } = await store.listImages({ filter: 'all', offset, limit: PAGE })
    yield* items
    if (items.length < PAGE) return
  }
}

/** Does the project list exactly these files, with these sizes? Cheap: no file is opened. */
export async function isListed(store: ProjectStore, scan: ScanResult): Promise<boolean> {
  const sizes = new Map(scan.files.map(({ relativePath, sizeBytes }) => [relativePath, sizeBytes]))
  let found = 0
  for await (const { image } of allImages(store)) {
    if (image.status === 'missing' && !sizes.has(image.relativePath)) continue
    if (image.status === 'missing' || sizes.get(image.relativePath) !== image.sizeBytes) return false
    found++
  }
  return found === sizes.size
}

/** Images whose files are as long as they were. */
async function sameFiles(store: ProjectStore, scan: ScanResult): Promise<ReadonlyMap<string, ImageRecord>> {
  const sizes = new Map(scan.files.map(({ relativePath, sizeBytes }) => [relativePath, sizeBytes]))
  const same = new Map<string, ImageRecord>()
  for await (const { image } of allImages(store)) {
    if (image.status === 'ok' && image.size !== null && sizes.get(image.relativePath) === image.sizeBytes)
      same.set(image.relativePath, image)
  }
  return same
}

async function labelledImages(store: ProjectStore): Promise<Map<string, ImageRecord>> {
  const labelled = new Map<string, ImageRecord>()
  for await (const { image, regionCount } of allImages(store)) {
    if (regionCount > 0) labelled.set(image.relativePath, image)
  }
  return labelled
}

const isOther = (a: ImageSize | null | undefined, b: ImageSize | null): boolean =>
  a !== null && a !== undefined && b !== null && (a.width !== b.width || a.height !== b.height)

/** `onlyOthers`: files that are listed and as long as they were are not opened again. */
export async function registerImages(
  store: ProjectStore,
  scan: ScanResult,
  media: MediaHost,
  onProgress?: Progress,
  { onlyOthers = false }: { readonly onlyOthers?: boolean } = {}
): Promise<RegisterReport> {
  const known = onlyOthers ? await sameFiles(store, scan) : new Map<string, ImageRecord>()
  const images = await inspectAll(scan, media, onProgress, known)
  const before = await labelledImages(store)
  const counts = await store.registerImages(images)
  const replaced = images
    .filter(({ relativePath, contentHash }) => {
      const labelled = before.get(relativePath)?.contentHash ?? null
      return labelled !== null && contentHash !== null && contentHash !== labelled
    })
    .map(({ relativePath }) => relativePath)
  // Without a hash nobody had opened the file: its size is what the file of its labels said.
  const resized = images
    .filter(({ relativePath, size }) => {
      const labelled = before.get(relativePath)
      return labelled?.contentHash === null && isOther(labelled.size, size)
    })
    .map(({ relativePath }) => relativePath)
  const unreadable = images.filter((image) => image.status === 'unreadable').length
  return { ...counts, unreadable, skipped: scan.skipped, replaced, resized }
}
