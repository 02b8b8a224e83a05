/** @file Folders of one test: its own home, its own data, removed when it passed. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')
export const ARTEFACTS = join(ROOT, 'e2e', 'artefacts')

export interface TestPlace {
  readonly home: string
  readonly data: string
  /** What the app may see of our environment. */
  readonly env: Readonly<Record<string, string>>
  remove(): void
}

const PASSED_ON = [
  'PATH',
  'LANG',
  'EYRIE_CHROMIUM',
  'LD_LIBRARY_PATH',
  'SystemRoot',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XDG_RUNTIME_DIR'
]

export function makePlace(): TestPlace {
  const folder = mkdtempSync(join(tmpdir(), 'eyrie-e2e-'))
  const [home, data] = [join(folder, 'home'), join(folder, 'data')]
  for (const path of [home, data]) mkdirSync(path)
  const passed = PASSED_ON.flatMap((name): [string, string][] => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return {
    home,
    data,
    env: { ...Object.fromEntries(passed), HOME: home, USERPROFILE: home, EYRIE_DATA_DIR: data },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}
