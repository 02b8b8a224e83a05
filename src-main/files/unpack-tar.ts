/**
 * @file Unpacks a tar archive of a stranger into a fresh folder (F1-F3): a shard of WebDataset, or one that img2dataset
 * made. tar-stream reads the structure (ustar, pax and GNU names); the rules are those of zip archives: plain files with
 * names that stay inside, each once, in no more bytes than the caps. Nothing is kept of an archive that breaks one.
 */
import { createReadStream } from 'node:fs'
import { mkdir, open as openFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PassThrough, Transform, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import type { Header } from 'tar-stream'
import { AppError } from '../../src-shared/errors'
import { damaged, tooLarge, unsafe, unsafeName } from './archive-rules'
import type { ArchiveLimits, Unpacked } from './archive-rules'
import { ARCHIVE_LIMITS } from './archive-rules'
import { asFileError, writeFully } from './atomic-write'
import { cancelled } from './list-folder'

export const isTarName = (name: string): boolean => /\.(tar|tar\.gz|tgz)$/i.test(name)

/** Entries that say something of the others and hold no file. */
const SAYING = new Set(['pax-header', 'pax-global-header', 'gnu-long-path', 'gnu-long-link-path'])

function reasonAgainst({ name, type, size }: Header): string | null {
  if (type !== 'file' && type !== 'directory' && type !== 'contiguous-file') return 'is a link or a device'
  if (size === undefined || !Number.isSafeInteger(size) || size < 0) return 'states no size'
  return unsafeName(name.replace(/^\.\//, ''))
}

/** By its first bytes: shards are packed and called .tar, and the other way round. */
async function isGzip(path: string): Promise<boolean> {
  const file = await asFileError(path, () => openFile(path))
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

/** Counts what comes out of a packed archive against what went in. */
function ratioWatch(
  path: string,
  packed: () => number,
  { ratio, ratioFromBytes, totalBytes }: ArchiveLimits
): Transform {
  let unpacked = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.byteLength
      if (unpacked > totalBytes) return done(tooLarge(path, `it holds more than ${totalBytes} bytes`))
      if (unpacked > ratioFromBytes && unpacked > packed() * ratio)
        return done(tooLarge(path, `it grows to more than ${ratio} times its size`))
      return done(null, chunk)
    }
  })
}

/**
 * Into `folder`, which must not exist yet and is gone again when this rejects: with `import/archive` (damaged),
 * `import/archive-unsafe`, `import/archive-too-large`, `import/cancelled`, `file/…`. `path` is for reading, `name` for
 * messages.
 */
export async function unpackTar(
  path: string,
  folder: string,
  options: { readonly name: string; readonly signal?: AbortSignal; readonly limits?: ArchiveLimits }
): Promise<Unpacked> {
  const { name, signal, limits = ARCHIVE_LIMITS } = options
  const isPacked = await isGzip(path)
  await asFileError(folder, () => mkdir(folder))
  const input = createReadStream(path)
  const watch = ratioWatch(name, () => input.bytesRead, limits)
  const archive = extract()
  const ended = new Promise<void>((resolve, reject) => {
    pipeline(input, isPacked ? createGunzip() : new PassThrough(), watch, archive, (error) =>
      error === null || error === undefined ? resolve() : reject(error)
    )
  })
  /** Why the stream ended before its end: what entries say then is that it did. */
  let fault: unknown = null
  ended.catch((error: unknown) => {
    fault = error
  })
  try {
    const result = await unpackEntries(archive, folder, name, limits, signal)
    await ended
    return result
  } catch (met) {
    // The entry that breaks off is heard of before the stream that broke.
    await new Promise((resolve) => setImmediate(resolve))
    const cause = met instanceof AppError ? met : (fault ?? met)
    input.destroy()
    await rm(folder, { recursive: true, force: true })
    if (cause instanceof AppError) throw cause
    throw damaged(name, (cause as Error).message.replace(/\.$/, ''), cause)
  }
}

function stopWhenCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled()
}

async function unpackEntries(
  archive: ReturnType<typeof extract>,
  folder: string,
  name: string,
  limits: ArchiveLimits,
  signal: AbortSignal | undefined
): Promise<Unpacked> {
  const names = new Set<string>()
  const folders = new Set<string>()
  let bytes = 0
  for await (const entry of archive) {
    stopWhenCancelled(signal)
    const { header } = entry
    if (SAYING.has(header.type ?? '')) {
      entry.resume()
      continue
    }
    const reason = reasonAgainst(header)
    if (reason !== null) throw unsafe(name, header.name, reason)
    const inside = header.name.replace(/^\.\//, '').replace(/\/$/, '')
    if (header.type === 'directory') {
      entry.resume()
      continue
    }
    if (names.has(inside)) throw unsafe(name, header.name, 'is there twice')
    names.add(inside)
    if (names.size > limits.entries) throw tooLarge(name, `it has more than ${limits.entries} entries`)
    if ((header.size ?? 0) > limits.fileBytes)
      throw tooLarge(name, `a file in it is larger than ${limits.fileBytes} bytes`)
    const target = join(folder, ...inside.split('/'))
    const parent = dirname(target)
    if (!folders.has(parent)) {
      await asFileError(parent, () => mkdir(parent, { recursive: true }))
      folders.add(parent)
    }
    const handle = await asFileError(target, () => openFile(target, 'wx', 0o600))
    let size = 0
    try {
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        stopWhenCancelled(signal)
        size += chunk.byteLength
        bytes += chunk.byteLength
        await writeFully(handle, chunk)
      }
    } finally {
      await handle.close()
    }
    if (size !== header.size) throw damaged(name, `${JSON.stringify(inside)} is cut off`)
  }
  const caseCollisions = names.size - new Set([...names].map((each) => each.toLowerCase())).size
  return { files: names.size, bytes, caseCollisions }
}
