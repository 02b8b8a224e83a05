/** @file Keeps a folder of cached files under its size by removing what was used longest ago. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

interface CachedFile {
  readonly path: string
  readonly sizeBytes: number
  readonly usedAtMs: number
}

async function listCache(cacheDir: string): Promise<CachedFile[]> {
  const found: CachedFile[] = []
  for (const entry of await readdir(cacheDir, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    try {
      const { size, mtimeMs } = await stat(path)
      found.push({ path, sizeBytes: size, usedAtMs: mtimeMs })
    } catch (error) {
      // Removed or renamed meanwhile: not ours to trim any more.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return found
}

/** Trims to nine tenths of `maxBytes` once it is over. Returns how many files went. */
export async function trimCache(cacheDir: string, maxBytes: number): Promise<number> {
  const files = await listCache(cacheDir)
  let total = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  if (total <= maxBytes) return 0
  let removed = 0
  for (const file of files.sort((a, b) => a.usedAtMs - b.usedAtMs)) {
    if (total <= maxBytes * 0.9) break
    await rm(file.path, { force: true })
    total -= file.sizeBytes
    removed++
  }
  return removed
}
