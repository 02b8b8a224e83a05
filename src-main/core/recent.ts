/** @file The projects opened last, in `recent.json` of the app's folder. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { readKeptJson, writeKeptJson } from './kept-json'
import type { Emit } from './ports'

export interface RecentEntry {
  readonly path: string
  readonly name: string
  readonly openedAtMs: number
}

const MAX_ENTRIES = 20

const isEntry = (value: unknown): value is RecentEntry => {
  const { path, name, openedAtMs } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >
  return typeof path === 'string' && typeof name === 'string' && Number.isFinite(openedAtMs)
}

export interface RecentList {
  /** Newest first. */
  list(): Promise<readonly (RecentEntry & { readonly missing: boolean })[]>
  add(entry: RecentEntry): Promise<void>
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await access(path)
    return false
  } catch {
    // Gone, unplugged or locked: for a list of places to go to these are the same.
    return true
  }
}

export function createRecentList(dataDir: string, emit: Emit): RecentList {
  const file = join(dataDir, 'recent.json')
  let writing: Promise<unknown> = Promise.resolve()

  async function read(): Promise<readonly RecentEntry[]> {
    const stored = await readKeptJson(file, emit)
    return Array.isArray(stored) ? stored.filter(isEntry) : []
  }

  return {
    async list() {
      await writing
      return Promise.all((await read()).map(async (entry) => ({ ...entry, missing: await isMissing(entry.path) })))
    },
    add(entry) {
      const write = writing.then(async () => {
        const others = (await read()).filter(({ path }) => path !== entry.path)
        await writeKeptJson(file, [entry, ...others].slice(0, MAX_ENTRIES))
      })
      writing = write.catch(() => undefined)
      return write
    }
  }
}
