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
export async function lookAt(root: string, file: ScannedFile, media: MediaHost, withHash: boolean): Promise<NewImage> {
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

export async function inspectAll(scan: ScanResult, media: MediaHost, onProgress?: Progress): Promise<NewImage[]> {
  const { files, root } = scan
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const images: NewImage[] = []
  let next = 0
  let done = 0
  async function work(): Promise<void> {
    for (let i = next++; i < files.length; i = next++) {
      const file = files[i] as ScannedFile
      const withHash = totalBytes <= MAX_HASHED_FOLDER_BYTES && file.sizeBytes <= MAX_HASHED_FILE_BYTES
      images[i] = await lookAt(root, file, media, withHash)
      onProgress?.({ done: ++done, total: files.length })
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return images
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

async function labelledImages(store: ProjectStore): Promise<Map<string, ImageRecord>> {
  const labelled = new Map<string, ImageRecord>()
  for await (const { image, regionCount } of allImages(store)) {
    if (regionCount > 0) labelled.set(image.relativePath, image)
  }
  return labelled
}

const isOther = (a: ImageSize | null | undefined, b: ImageSize | null): boolean =>
  a !== null && a !== undefined && b !== null && (a.width !== b.width || a.height !== b.height)

export async function registerImages(
  store: ProjectStore,
  scan: ScanResult,
  media: MediaHost,
  onProgress?: Progress
): Promise<RegisterReport> {
  const images = await inspectAll(scan, media, onProgress)
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
