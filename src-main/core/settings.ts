/** @file The person's settings, in `settings.json` of the app's folder. */
import { join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { Settings } from '../../src-shared/ipc/contract'
import { parseParams } from '../../src-shared/ipc/schemas'
import { noteRebuilt, readKeptJson, writeKeptJson } from './kept-json'
import type { Emit } from './ports'

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  language: 'system',
  modelId: null,
  modelSource: null,
  showRejected: false,
  leastCertainFirst: false
}

export interface SettingsStore {
  get(): Promise<Settings>
  set(patch: Partial<Settings>): Promise<Settings>
}

/** Each known setting by itself: one bad value does not take the others with it, unknown ones are left out. */
function readSettings(stored: unknown, onBad: (name: string) => void): Settings {
  const found: Partial<Settings> = {}
  const fields = typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {}
  for (const name of Object.keys(DEFAULT_SETTINGS)) {
    if (!Object.hasOwn(fields, name)) continue
    try {
      Object.assign(found, parseParams('settings.set', { [name]: fields[name] }))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      onBad(name)
    }
  }
  return { ...DEFAULT_SETTINGS, ...found }
}

export function createSettings(dataDir: string, emit: Emit): SettingsStore {
  const path = join(dataDir, 'settings.json')
  let loaded: Promise<Settings> | null = null
  /** Writes follow each other, so that the last one asked for is the one on disk. */
  let writing: Promise<unknown> = Promise.resolve()

  async function load(): Promise<Settings> {
    const stored = await readKeptJson(path, emit)
    const bad: string[] = []
    const settings = readSettings(stored, (name) => bad.push(name))
    if (bad.length > 0) noteRebuilt(path, emit, `it held no valid ${bad.join(', ')}`)
    return settings
  }

  const get = (): Promise<Settings> => {
    loaded ??= load().catch((error: unknown) => {
      loaded = null
      throw error
    })
    return loaded
  }

  return {
    get,
    async set(patch) {
      const write = writing.then(async () => {
        const next = { ...(await get()), ...patch }
        await writeKeptJson(path, next)
        loaded = Promise.resolve(next)
        return next
      })
      // The caller hears of a failed write; the next write must not.
      writing = write.catch(() => undefined)
      return write
    }
  }
}
