/**
 * @file Unpacks a zip archive of a stranger into a fresh folder (F1-F3). yauzl reads the structure; what it leaves to
 * its caller is here: links and devices, names that are there twice, overlaps, checksums, and caps that count the bytes
 * that really came and not those that were declared. Nothing is kept of an archive that breaks one of these rules.
 */
import { mkdir, open as openFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { openPromise } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import { AppError } from '../../src-shared/errors'
import { ARCHIVE_LIMITS, damaged, tooLarge, unsafe, unsafeName } from './archive-rules'
import type { ArchiveLimits, Unpacked } from './archive-rules'
import { asFileError, writeFully } from './atomic-write'
import { cancelled } from './list-folder'

const FILE_TYPE = 0o170000
const [REGULAR, FOLDER] = [0o100000, 0o040000]
const SPECIAL_BITS = 0o7000
const UNIX = 3
/** Signature, sizes and lengths before the name of a local header. */
const LOCAL_HEADER_BYTES = 30

/** Why an entry is not taken, whatever it holds; null when it is a plain file or folder. */
function reasonAgainst(entry: Entry): string | null {
  const reason = unsafeName(entry.fileName)
  if (reason !== null) return reason
  if (entry.isEncrypted()) return 'is encrypted'
  if (entry.versionMadeBy >>> 8 !== UNIX) return null
  const mode = entry.externalFileAttributes >>> 16
  const type = mode & FILE_TYPE
  if (type !== 0 && type !== REGULAR && type !== FOLDER) return 'is a link or a device'
  return (mode & SPECIAL_BITS) === 0 || type === FOLDER ? null : 'has permissions that a data set does not need'
}

/** Entries that share bytes are how a small archive becomes an endless one. */
function checkOverlaps(path: string, entries: readonly Entry[]): void {
  const sorted = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)
  sorted.forEach((entry, i) => {
    const next = sorted[i + 1]
    if (next === undefined) return
    const least = entry.relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + entry.fileNameLength + entry.compressedSize
    if (least > next.relativeOffsetOfLocalHeader) throw unsafe(path, next.fileName, 'overlaps another entry')
  })
}

async function entriesOf(path: string, zip: ZipFile, limits: ArchiveLimits): Promise<readonly Entry[]> {
  if (zip.entryCount > limits.entries) throw tooLarge(path, `it has ${zip.entryCount} entries`)
  const entries: Entry[] = []
  const names = new Set<string>()
  for await (const entry of zip.eachEntry()) {
    if (entries.length >= limits.entries) throw tooLarge(path, `it has more than ${limits.entries} entries`)
    const reason = reasonAgainst(entry)
    if (reason !== null) throw unsafe(path, entry.fileName, reason)
    const name = entry.fileName.replace(/\/$/, '')
    if (names.has(name)) throw unsafe(path, entry.fileName, 'is there twice')
    names.add(name)
    entries.push(entry)
  }
  checkOverlaps(path, entries)
  return entries
}

class Unpacking {
  readonly #path: string
  readonly #folder: string
  readonly #limits: ArchiveLimits
  readonly #signal: AbortSignal | undefined
  readonly #folders = new Set<string>()
  #bytes = 0
  #packed = 0

  constructor(path: string, folder: string, limits: ArchiveLimits, signal: AbortSignal | undefined) {
    this.#path = path
    this.#folder = folder
    this.#limits = limits
    this.#signal = signal
  }

  get bytes(): number {
    return this.#bytes
  }

  async file(zip: ZipFile, entry: Entry): Promise<void> {
    if (!entry.canDecodeFileData())
      throw damaged(this.#path, `${JSON.stringify(entry.fileName)} is packed in a way Eyrie does not read`)
    const target = join(this.#folder, ...entry.fileName.split('/'))
    const parent = dirname(target)
    if (!this.#folders.has(parent)) {
      await asFileError(parent, () => mkdir(parent, { recursive: true }))
      this.#folders.add(parent)
    }
    const stream = await zip.openReadStreamPromise(entry)
    const handle = await asFileError(target, () => openFile(target, 'wx', 0o600))
    this.#packed += entry.compressedSize
    try {
      const checksum = await this.#copy(stream, async (chunk) => writeFully(handle, chunk))
      if (checksum !== entry.crc32)
        throw damaged(this.#path, `${JSON.stringify(entry.fileName)} is not what was packed`)
    } finally {
      stream.destroy()
      await handle.close()
    }
  }

  async #copy(stream: Readable, write: (chunk: Buffer) => Promise<void>): Promise<number> {
    const { fileBytes, totalBytes, ratio, ratioFromBytes } = this.#limits
    let [size, checksum] = [0, 0]
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (this.#signal?.aborted === true) throw cancelled()
      size += chunk.byteLength
      this.#bytes += chunk.byteLength
      if (size > fileBytes) throw tooLarge(this.#path, `a file in it is larger than ${fileBytes} bytes`)
      if (this.#bytes > totalBytes) throw tooLarge(this.#path, `it holds more than ${totalBytes} bytes`)
      if (this.#bytes > ratioFromBytes && this.#bytes > this.#packed * ratio)
        throw tooLarge(this.#path, `it grows to more than ${ratio} times its size`)
      checksum = crc32(chunk, checksum)
      await write(chunk)
    }
    return checksum
  }
}

/**
 * Into `folder`, which must not exist yet and is gone again when this rejects: with `import/archive` (damaged),
 * `import/archive-unsafe`, `import/archive-too-large`, `import/cancelled`, `file/…`. `path` is for reading, `name` for
 * messages. Archives inside are files like any other.
 */
export async function unpackZip(
  path: string,
  folder: string,
  options: { readonly name: string; readonly signal?: AbortSignal; readonly limits?: ArchiveLimits }
): Promise<Unpacked> {
  const { name, signal, limits = ARCHIVE_LIMITS } = options
  await asFileError(folder, () => mkdir(folder))
  let zip: ZipFile | null = null
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true })
    const files = (await entriesOf(name, zip, limits)).filter(({ fileName }) => !fileName.endsWith('/'))
    const unpacking = new Unpacking(name, folder, limits, signal)
    for (const entry of files) {
      if (signal?.aborted === true) throw cancelled()
      await unpacking.file(zip, entry)
    }
    const caseCollisions = files.length - new Set(files.map(({ fileName }) => fileName.toLowerCase())).size
    return { files: files.length, bytes: unpacking.bytes, caseCollisions }
  } catch (cause) {
    await rm(folder, { recursive: true, force: true })
    if (cause instanceof AppError) throw cause
    throw damaged(name, (cause as Error).message.replace(/\.$/, ''), cause)
  } finally {
    zip?.close()
  }
}
