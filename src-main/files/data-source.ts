/**
 * @file The files a person chose to import, as a `DataSource`: one file or one folder, and a folder with the images.
 * What a file may name ends at these roots (E9): only files of the one listing are opened, links are not followed, and
 * an image reference is looked up among what is there, never joined to a path and opened.
 */
import { constants, mkdir, open, realpath, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { ImageReferences, lastNameOf, referenceCandidates } from '../../src-shared/formats/reading/image-references'
import { splitJson } from '../../src-shared/formats/reading/json-splitter'
import { DEFAULT_MAX_BYTES, noSuchFile, tooLarge } from '../../src-shared/formats/reading/source-errors'
import { LineSplitter } from '../../src-shared/formats/reading/split-lines'
import { StrictDecoder, decodeText, encodingOf } from '../../src-shared/formats/reading/text-encoding'
import type { DataSource, SourceFile, SourceLine } from '../../src-shared/formats/reading/source'
import type { ImageSize } from '../../src-shared/geometry/space'
import { FileHeads } from './file-heads'
import { cancelled, listFolder } from './list-folder'
import type { FolderListing, PassedOver } from './list-folder'
import { hasImageExtension } from './sniff'
import { temporaryPathFor } from './temporary-files'
import { isTarName, unpackTar } from './unpack-tar'
import { unpackZip } from './unpack-zip'

export interface DataSourceOptions {
  /** A file or a folder; a link is followed here, because the person chose it. */
  readonly path: string
  /** Where the images are, when not below `path`. */
  readonly imageFolder?: string
  /** Where an image is looked for last, by its place or a name that is unique there; listed when the first one is asked for. */
  readonly fallbackFolder?: string
  /** Upright size by the file's header; rejects or null for what is no image. */
  readonly sizeOfImage: (path: string) => Promise<ImageSize | null>
  /** Where a zip or tar archive may be unpacked; without it an archive is refused with `import/archive`. */
  readonly scratch?: string
  readonly signal?: AbortSignal
  /** Called with the bytes read of annotation files since the last call. */
  readonly onBytes?: (count: number) => void
}

/** An image that an annotation file named and that is there. */
export interface FoundImage {
  /** Absolute, real. */
  readonly path: string
  /** `/` separated below the root it was found in. */
  readonly relativePath: string
  /** Real path of that root. */
  readonly root: string
}

export interface DiskSource extends DataSource {
  /** Real path of the folder that `files` are below. */
  readonly root: string
  /** What the listing passed over; null when one file was chosen. */
  readonly passedOver: PassedOver | null
  /** As `imageSize` finds it. */
  findImage(reference: string, annotationPath?: string): Promise<FoundImage | null>
  /** Frees what was kept of the beginnings of files: which format it is, is known. */
  forgetHeads(): void
  /** Takes away what was unpacked. Nothing is read afterwards. */
  close(): Promise<void>
}

const CHUNK_BYTES = 1 << 20
const LEAST_CHUNK_BYTES = 4096
const HEAD_BYTES = 256

const unreadable = (path: string, cause: unknown): AppError => {
  const { code = 'unknown reason' } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return noSuchFile(path)
  const reason =
    code === 'EACCES' || code === 'EPERM'
      ? 'you may not read it'
      : code === 'ELOOP'
        ? 'it is a link now'
        : `the system says ${code}`
  return new AppError('import/unreadable', `${path} cannot be read: ${reason}.`, {
    nextStep: 'Check the file and the disk, then import again.',
    data: { file: path },
    cause
  })
}

/** Rejects with `import/no-such-file`, `import/unreadable`, and `import/cancelled` after `signal`. */
export async function openDataSource(options: DataSourceOptions): Promise<DiskSource> {
  const path = await realRoot(options.path)
  // A million files are listed once.
  const listing = (await stat(path)).isDirectory() ? await listFolder(path, options.signal) : null
  const unpacked = await unpackIfArchive(path, listing, options)
  const close = async (): Promise<void> => {
    if (unpacked !== null) await rm(unpacked, { recursive: true, force: true })
  }
  try {
    const chosen = unpacked === null ? listing : await listFolder(unpacked, options.signal)
    return await openChosen(unpacked ?? path, chosen, options, close)
  } catch (error) {
    await close()
    throw error
  }
}

const stemOf = (name: string): string => name.replace(/\.(tar|tar\.gz|tgz)$/i, '')
const isZipName = (name: string): boolean => /\.zip$/i.test(name)

/** The folder it was unpacked to; null for what is no archive, and no folder of nothing but tar archives and images. */
async function unpackIfArchive(
  path: string,
  listing: FolderListing | null,
  { scratch, signal }: DataSourceOptions
): Promise<string | null> {
  const archives = archivesOf(path, listing)
  const [first] = archives
  if (first === undefined) return null
  const name = basename(path)
  if (scratch === undefined) {
    throw new AppError('import/archive', `${name} is an archive.`, {
      nextStep: 'Unpack it and choose the folder.',
      data: { file: name }
    })
  }
  const folder = temporaryPathFor(join(await realRoot(scratch), 'archive'))
  const options = (archive: string) => ({ name: basename(archive), ...(signal === undefined ? {} : { signal }) })
  if (first === path) {
    await (isZipName(path) ? unpackZip : unpackTar)(path, folder, options(path))
    return folder
  }
  await mkdir(folder)
  try {
    // A folder for each shard: their keys begin anew.
    for (const archive of archives) await unpackTar(archive, join(folder, stemOf(basename(archive))), options(archive))
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  return folder
}

/**
 * What lies beside shards and says nothing that is not in them: the manifest of our own export, img2dataset's statistics
 * and its table of the same samples.
 */
function isBesideShards(path: string, stems: ReadonlySet<string>): boolean {
  if (path.endsWith('.manifest.json')) return true
  const [, stem = ''] = /^(.*?)(?:_stats\.json|\.parquet)$/.exec(path) ?? []
  return stems.has(stem)
}

/** The archive itself, or the shards of a folder that holds nothing else to be read. */
function archivesOf(path: string, listing: FolderListing | null): readonly string[] {
  if (listing === null) return isZipName(path) || isTarName(path) ? [path] : []
  const stems = new Set(listing.files.filter(({ path: name }) => isTarName(name)).map(({ path: name }) => stemOf(name)))
  const others = listing.files.filter((file) => !hasImageExtension(file.path) && !isBesideShards(file.path, stems))
  const isShards = others.length > 0 && others.every((file) => isTarName(file.path) && !file.path.includes('/'))
  return isShards ? others.map((file) => join(path, file.path)) : []
}

/** `listing` null: one file was chosen. */
async function openChosen(
  chosen: string,
  listing: FolderListing | null,
  options: DataSourceOptions,
  close: () => Promise<void>
): Promise<DiskSource> {
  const { signal, onBytes } = options
  const root = listing === null ? dirname(chosen) : chosen
  const files: readonly SourceFile[] = listing?.files ?? [
    { path: basename(chosen), sizeBytes: (await stat(chosen)).size }
  ]
  const known = new Map(files.map((file) => [file.path, file]))
  const images = await imageFinder(root, listing === null ? null : files, options)

  const stopWhenCancelled = (): void => {
    if (signal?.aborted === true) throw cancelled()
  }

  /** Only what was listed is opened, and only if it still is a regular file below the root. */
  async function openFile(path: string): Promise<FileHandle> {
    if (!known.has(path)) throw noSuchFile(path)
    const real = await realpath(join(root, ...path.split('/'))).catch((cause: unknown) => {
      throw unreadable(path, cause)
    })
    if (!isBelow(real, root)) throw noSuchFile(path)
    const handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch(
      (cause: unknown) => {
        throw unreadable(path, cause)
      }
    )
    if ((await handle.stat()).isFile()) return handle
    await handle.close()
    throw noSuchFile(path)
  }

  /** The same memory for every chunk, and no more than the file was long: data sets of many small files are read too. */
  async function* chunks(path: string): AsyncGenerator<Uint8Array> {
    const size = Math.min(CHUNK_BYTES, Math.max(LEAST_CHUNK_BYTES, known.get(path)?.sizeBytes ?? 0))
    const handle = await openFile(path)
    try {
      const buffer = Buffer.allocUnsafe(size)
      for (;;) {
        stopWhenCancelled()
        const { bytesRead } = await handle.read(buffer, 0, size, null).catch((cause: unknown) => {
          throw unreadable(path, cause)
        })
        if (bytesRead === 0) return
        onBytes?.(bytesRead)
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await handle.close()
    }
  }

  /** Stops at the cap, whatever the listing said of the size. */
  async function whole(path: string, maxBytes = DEFAULT_MAX_BYTES): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    let total = 0
    for await (const chunk of chunks(path)) {
      total += chunk.byteLength
      if (total > maxBytes) throw tooLarge(path, Math.max(total, known.get(path)?.sizeBytes ?? 0), maxBytes)
      parts.push(Uint8Array.from(chunk))
    }
    const bytes = new Uint8Array(total)
    let at = 0
    for (const part of parts) {
      bytes.set(part, at)
      at += part.byteLength
    }
    return bytes
  }

  async function* lines(path: string): AsyncGenerator<readonly SourceLine[]> {
    const splitter = new LineSplitter(path)
    let decoder: StrictDecoder | null = null
    for await (const chunk of chunks(path)) {
      decoder ??= new StrictDecoder(path, encodingOf(chunk.subarray(0, HEAD_BYTES)))
      const batch = splitter.push(decoder.push(chunk))
      if (batch.length > 0) yield batch
    }
    if (decoder === null) return
    const last = [...splitter.push(decoder.end()), ...splitter.end()]
    if (last.length > 0) yield last
  }

  const heads = new FileHeads(files, async (path, maxBytes) => {
    const handle = await openFile(path)
    try {
      const buffer = new Uint8Array(maxBytes)
      const { bytesRead } = await handle.read(buffer, 0, maxBytes, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  })

  const sizes = new Map<string, Promise<ImageSize | null>>()
  const sizeOf = (path: string): Promise<ImageSize | null> => {
    const asked = sizes.get(path)
    if (asked !== undefined) return asked
    // What cannot be read has no size to give; reading the image for itself says why.
    const size = options.sizeOfImage(path).catch((error: unknown) => {
      if (error instanceof AppError) return null
      throw error
    })
    sizes.set(path, size)
    return size
  }

  return {
    root,
    files,
    passedOver: listing?.passedOver ?? null,
    async head(path, maxBytes) {
      stopWhenCancelled()
      return heads.head(path, maxBytes)
    },
    forgetHeads: () => heads.forget(),
    async range(path, start, end) {
      stopWhenCancelled()
      const handle = await openFile(path)
      try {
        const buffer = new Uint8Array(Math.max(0, Math.min(end, known.get(path)?.sizeBytes ?? 0) - start))
        let filled = 0
        while (filled < buffer.byteLength) {
          const { bytesRead } = await handle.read(buffer, filled, buffer.byteLength - filled, start + filled)
          if (bytesRead === 0) break
          filled += bytesRead
        }
        onBytes?.(filled)
        return buffer.subarray(0, filled)
      } catch (cause) {
        throw unreadable(path, cause)
      } finally {
        await handle.close()
      }
    },
    text: async (path, maxBytes) => decodeText(path, await whole(path, maxBytes)),
    lines,
    json: (path, only, options) => splitJson(path, chunks(path), { ...options, only }),
    bytes: whole,
    findImage: images,
    close,
    async imageSize(reference, annotationPath) {
      stopWhenCancelled()
      const found = await images(reference, annotationPath)
      return found === null ? null : sizeOf(found.path)
    }
  }
}

async function realRoot(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

const isBelow = (path: string, root: string): boolean => path.startsWith(root.endsWith(sep) ? root : root + sep)

type FindImage = (reference: string, annotationPath?: string) => Promise<FoundImage | null>

/** First below the chosen folder, then below the image folder, then below the one to fall back to. */
async function imageFinder(
  root: string,
  files: readonly SourceFile[] | null,
  options: DataSourceOptions
): Promise<FindImage> {
  const listed = (folder: string, paths: readonly SourceFile[]): FindImage => {
    const references = new ImageReferences(paths.filter(({ path }) => hasImageExtension(path)).map(({ path }) => path))
    return async (reference, annotationPath) => {
      const relativePath = references.find(reference, annotationPath)
      return relativePath === null ? null : foundBelow(folder, relativePath)
    }
  }
  const findLate = (path: string): FindImage => {
    let known: Promise<FindImage> | null = null
    const open = async (): Promise<FindImage> => {
      // A project may be opened while the disk of its images is away: then nobody says their sizes.
      const folder = await realpath(path).catch(() => null)
      const isListed = folder === null || (folder === root && files !== null)
      return isListed ? async () => null : listed(folder, (await listFolder(folder, options.signal)).files)
    }
    return async (...asked) => (await (known ??= open()))(...asked)
  }
  const finders: FindImage[] = [files === null ? besideFile(root) : listed(root, files)]
  if (options.imageFolder !== undefined) {
    const folder = await realRoot(options.imageFolder)
    if (folder !== root || files === null)
      finders.push(listed(folder, (await listFolder(folder, options.signal)).files))
  }
  if (options.fallbackFolder !== undefined) finders.push(findLate(options.fallbackFolder))
  return async (reference, annotationPath) => {
    for (const find of finders) {
      const found = await find(reference, annotationPath)
      if (found !== null) return found
    }
    return null
  }
}

/** One file was chosen: its folder may hold anything, so it is not listed; only the names it gives are looked for. */
function besideFile(root: string): FindImage {
  const asked = new Map<string, Promise<FoundImage | null>>()
  return async (reference, annotationPath) => {
    const name = lastNameOf(reference)
    for (const path of new Set([...referenceCandidates(reference, annotationPath), ...(name === null ? [] : [name])])) {
      if (!hasImageExtension(path)) continue
      const answer = asked.get(path) ?? foundBelow(root, path)
      asked.set(path, answer)
      const found = await answer
      if (found !== null) return found
    }
    return null
  }
}

/** null: it is not there, is no regular file, or a link leads it out of the folder. */
async function foundBelow(root: string, relativePath: string): Promise<FoundImage | null> {
  try {
    const path = await realpath(join(root, ...relativePath.split('/')))
    if (!isBelow(path, root) || !(await stat(path)).isFile()) return null
    return { path, relativePath, root }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    // A name that cannot be looked up is a name nothing has.
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG', 'EINVAL'].includes(code ?? '')) return null
    throw unreadable(relativePath, cause)
  }
}
