/**
 * @file Where the app's own files and the person's data are, for every shell. Found by walking up to
 * the app's package.json, because a bundler may put this code in any file of out/main.
 */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { assert } from '../../src-shared/errors'

interface Manifest {
  readonly name: string
  readonly version: string
}

const readManifest = (folder: string): Manifest | null => {
  const path = join(folder, 'package.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : null
}

function findRoot(): string {
  let folder = import.meta.dirname
  while (readManifest(folder)?.name !== 'eyrie') {
    assert(dirname(folder) !== folder, `expected a package.json of eyrie above ${import.meta.dirname}`)
    folder = dirname(folder)
  }
  return folder
}

type Environment = Readonly<Record<string, string | undefined>>

/** The person's own folder for this app: settings, recent projects, caches, model store. `EYRIE_DATA_DIR` moves it. */
export function dataFolder(env: Environment, platform: string, home: string): string {
  if (env.EYRIE_DATA_DIR) return env.EYRIE_DATA_DIR
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Eyrie')
  if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Eyrie')
  return join(env.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'eyrie')
}

export interface AppPlaces {
  readonly version: string
  readonly rendererDir: string
  readonly preloadPath: string
  /** Folder of the built entries: shells, workers, hosts. */
  readonly mainDir: string
  readonly sampleDir: string
  readonly shippedModelsDir: string
  readonly dataDir: string
  readonly homeDir: string
}

export function appPlaces(): AppPlaces {
  const root = findRoot()
  return {
    version: readManifest(root)?.version ?? '',
    rendererDir: join(root, 'out', 'renderer'),
    preloadPath: join(root, 'out', 'preload', 'index.cjs'),
    mainDir: join(root, 'out', 'main'),
    sampleDir: join(root, 'samples', 'first-flight'),
    shippedModelsDir: join(root, 'models'),
    dataDir: dataFolder(process.env, process.platform, homedir()),
    homeDir: homedir()
  }
}
