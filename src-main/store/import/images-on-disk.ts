/** @file Image files below the image root, as they lie there; nothing outside of it is ever looked at (E9). */
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { stemOfPath } from '../../../src-shared/formats/reading/image-references'
import { hasImageExtension } from '../../files/sniff'

/** Paths are relative to the root, with `/` between names. What was listed once is not listed again. */
export class ImagesOnDisk {
  readonly #root: string
  readonly #folders = new Map<string, string | null>()
  /** Names of images by folder and by name without extension. */
  readonly #listed = new Map<string, ReadonlyMap<string, readonly string[]>>()

  constructor(root: string) {
    this.#root = root
  }

  /** Paths of images of that name with any extension. A folder is listed once: there may be a million names to look for in it. */
  ofStem(stem: string): readonly string[] {
    const parts = stem.split('/')
    const last = parts.pop() ?? ''
    const folder = parts.join('/')
    const listed = this.#listed.get(folder) ?? this.#list(parts)
    this.#listed.set(folder, listed)
    return (listed.get(last) ?? []).map((name) => [...parts, name].join('/'))
  }

  #list(parts: readonly string[]): ReadonlyMap<string, readonly string[]> {
    const byStem = new Map<string, string[]>()
    const folder = this.#realFolder(parts)
    for (const name of folder === null ? [] : namesIn(folder)) {
      if (!hasImageExtension(name)) continue
      const same = byStem.get(stemOfPath(name))
      if (same === undefined) byStem.set(stemOfPath(name), [name])
      else same.push(name)
    }
    return byStem
  }

  /** Bytes of a regular image file below the root; no link is followed out of it. null: there is none. */
  sizeOf(relativePath: string): number | null {
    if (!hasImageExtension(relativePath)) return null
    const parts = relativePath.split('/')
    const name = parts.pop() ?? ''
    const folder = this.#realFolder(parts)
    if (folder === null) return null
    try {
      const path = join(folder, name)
      const entry = lstatSync(path)
      if (entry.isFile()) return entry.size
      if (!entry.isSymbolicLink() || !this.#isInside(realpathSync(path))) return null
      const target = statSync(path)
      return target.isFile() ? target.size : null
    } catch (error) {
      return absent(error)
    }
  }

  #realFolder(parts: readonly string[]): string | null {
    const key = parts.join('/')
    const known = this.#folders.get(key)
    if (known !== undefined) return known
    let folder: string | null
    try {
      const real = realpathSync(join(this.#root, ...parts))
      folder = this.#isInside(real) ? real : null
    } catch (error) {
      folder = absent(error)
    }
    this.#folders.set(key, folder)
    return folder
  }

  #isInside(real: string): boolean {
    const root = realpathSync(this.#root)
    return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)
  }
}

/** None where it is no folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    return absent(error) ?? []
  }
}

/** A name that cannot be looked up is a name nothing has. */
function absent(error: unknown): null {
  const { code } = error as NodeJS.ErrnoException
  if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG', 'EINVAL'].includes(code ?? '')) return null
  throw error
}
