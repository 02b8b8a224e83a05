/**
 * @file `MediaService` over the media host. Thumbnails and conversions are files in the app's cache,
 * named by what the source is (path, size, time of change), so a replaced image never shows its
 * predecessor; deleting the folder costs only time.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, realpath, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { FileFacts, MediaHost, SpawnHost } from '../core/ports'
import { trimCache } from '../files/cache-trim'
import { createMediaHostPool } from './host-pool'

export interface MediaServiceOptions {
  readonly spawnHost: SpawnHost
  /** Its own folder: nothing else may live there. */
  readonly cacheDir: string
  /** Longest time one file may take. */
  readonly timeoutMs?: number
  readonly maxCacheBytes?: number
}

const DEFAULT_TIMEOUT_MS = 30_000
const DEFAULT_CACHE_BYTES = 2_000_000_000
/** Part of every name: a change of how files are made makes new ones. */
const RECIPE = 'v1'
/** What every browser turns upright by itself. */
const SELF_ORIENTING = 'image/jpeg'

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file is gone',
  EACCES: 'you may not read it'
}

async function sourceKey(path: string): Promise<string> {
  try {
    const real = await realpath(path)
    const { size, mtimeNs, ino } = await stat(real, { bigint: true })
    return createHash('sha256')
      .update(JSON.stringify([RECIPE, real, `${size}`, `${mtimeNs}`, `${ino}`]))
      .digest('hex')
  } catch (cause) {
    const fileName = basename(path)
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException
    const reason = SYSTEM_REASONS[code] ?? `the system says ${code}`
    throw new AppError('image/unreadable', `${fileName} cannot be read as an image: ${reason}.`, {
      nextStep: 'Put the file back where it was, or look at the folder again.',
      data: { fileName, reason },
      cause
    })
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size > 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

export function createMediaService(options: MediaServiceOptions): MediaHost {
  const pool = createMediaHostPool(options.spawnHost, options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  const maxCacheBytes = options.maxCacheBytes ?? DEFAULT_CACHE_BYTES
  /** One making per file, however many windows ask. Removed when it ends, so a failure is not kept. */
  const making = new Map<string, Promise<string>>()
  let madeSinceTrim = 0

  async function make(outPath: string, run: () => Promise<unknown>): Promise<string> {
    if (await isThere(outPath)) {
      const now = new Date()
      // Marks it as used, for trimming; a cache on a read-only disk is still a cache.
      await utimes(outPath, now, now).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EROFS' && error.code !== 'EACCES' && error.code !== 'ENOENT') throw error
      })
      return outPath
    }
    await mkdir(dirname(outPath), { recursive: true })
    await run()
    madeSinceTrim++
    if (madeSinceTrim % 500 === 0) await trimCache(options.cacheDir, maxCacheBytes)
    return outPath
  }

  function cached(outPath: string, run: () => Promise<unknown>): Promise<string> {
    const running = making.get(outPath)
    if (running !== undefined) return running
    const started = make(outPath, run).finally(() => making.delete(outPath))
    making.set(outPath, started)
    return started
  }

  async function inspect(path: string, { withHash }: { readonly withHash: boolean }): Promise<FileFacts> {
    const facts = await pool.run({ kind: 'facts', path, withHash })
    if (facts === null) throw new AppError('image/unreadable', `${basename(path)}: the decoder gave no answer.`)
    return facts
  }

  async function uprightPng(path: string): Promise<string> {
    const key = await sourceKey(path)
    const outPath = join(options.cacheDir, key.slice(0, 2), `${key}-upright.png`)
    return cached(outPath, () => pool.run({ kind: 'convert', path, outPath }))
  }

  return {
    inspect,
    facts: (path) => inspect(path, { withHash: false }),
    async thumbnail(path, size) {
      const key = await sourceKey(path)
      const outPath = join(options.cacheDir, key.slice(0, 2), `${key}-${size}.webp`)
      return readFile(await cached(outPath, () => pool.run({ kind: 'thumbnail', path, size, outPath })))
    },
    async forSending(path) {
      const key = await sourceKey(path)
      const outPath = join(options.cacheDir, key.slice(0, 2), `${key}-send.jpg`)
      return readFile(await cached(outPath, () => pool.run({ kind: 'send', path, outPath })))
    },
    async viewable(path) {
      const { mime, orientation, frames } = await inspect(path, { withHash: false })
      const isShownAsIs = mime !== 'image/tiff' && frames === 1 && (orientation === 1 || mime === SELF_ORIENTING)
      if (isShownAsIs) return { mime, path }
      return { mime: 'image/png', path: await uprightPng(path) }
    },
    async drawOverlay(path, marks, outPath) {
      await pool.run({ kind: 'overlay', path, outPath, marks })
    },
    async fingerprint(path) {
      const key = await sourceKey(path)
      const outPath = join(options.cacheDir, key.slice(0, 2), `${key}-looks.txt`)
      return readFile(await cached(outPath, () => pool.run({ kind: 'fingerprint', path, outPath })), 'utf8')
    },
    hostPid: () => pool.pid(),
    close: () => pool.close()
  }
}
