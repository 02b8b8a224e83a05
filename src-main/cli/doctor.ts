/** @file `eyrie doctor`: what this computer has, and what would not work on it. Nothing is installed or downloaded. */
import { existsSync, readFileSync } from 'node:fs'
import { access, constants, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { counted } from '../../src-shared/counted'
import { AppError } from '../../src-shared/errors'
import { hasImageExtension } from '../files/sniff'
import { printJson, printTable } from './output'
import type { Streams } from './output'
import type { CliRooms } from './rooms'

interface Finding {
  readonly name: string
  /** `missing` is no problem by itself: something else does its work. */
  readonly state: 'ok' | 'missing' | 'broken'
  readonly detail: string
}

const size = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`

const reasonOf = (error: unknown): string =>
  error instanceof AppError
    ? `${error.message}${error.nextStep === undefined ? '' : ` ${error.nextStep}`}`
    : error instanceof Error
      ? error.message
      : String(error)

async function tried(name: string, work: () => Promise<Finding | string>): Promise<Finding> {
  try {
    const result = await work()
    return typeof result === 'string' ? { name, state: 'ok', detail: result } : result
  } catch (error) {
    return { name, state: 'broken', detail: reasonOf(error) }
  }
}

function packageVersion(root: string, name: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string
  }
  return version
}

/** A project made, checked and removed: the store from end to end. */
async function tryStore(cli: CliRooms): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-doctor-'))
  try {
    const store = await cli.rooms().openProject(join(folder, 'doctor.eyrie'), { name: 'doctor', imageRoot: folder })
    const findings = await store.check()
    await store.close()
    if (findings[0] !== undefined) throw new AppError('doctor/store', findings[0].message)
    return 'a project was made, checked and removed'
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function tryMedia(cli: CliRooms): Promise<string> {
  const { sampleDir } = cli.places
  const image = (await readdir(sampleDir)).find(hasImageExtension)
  if (image === undefined) throw new AppError('doctor/sample', `There is no sample image in ${sampleDir}.`)
  const { media } = cli.rooms()
  const { size } = await media.facts(join(sampleDir, image))
  const { byteLength } = await media.thumbnail(join(sampleDir, image), 64)
  return `${image} read (${size.width}×${size.height}), thumbnail of ${byteLength} bytes`
}

function findElectron(root: string): Finding {
  const name = 'electron'
  const marker = join(root, 'node_modules', 'electron', 'path.txt')
  const binary = existsSync(marker)
    ? join(root, 'node_modules', 'electron', 'dist', readFileSync(marker, 'utf8').trim())
    : null
  if (binary !== null && existsSync(binary)) return { name, state: 'ok', detail: binary }
  return { name, state: 'missing', detail: 'the program is not here; the app opens in your browser instead' }
}

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable']

function findBrowser(): Finding {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = folders
    .flatMap((folder) => BROWSERS.map((browser) => join(folder, browser)))
    .find((path) => existsSync(path))
  return found === undefined
    ? { name: 'chromium', state: 'missing', detail: 'none on the PATH; only the end-to-end tests need it' }
    : { name: 'chromium', state: 'ok', detail: found }
}

/** Resolves to whether everything that is needed works. */
export async function doctor(json: boolean, cli: CliRooms, streams: Streams): Promise<boolean> {
  const { places } = cli
  const root = join(places.mainDir, '..', '..')
  const findings: Finding[] = [
    { name: 'eyrie', state: 'ok', detail: `${places.version} in ${root}` },
    { name: 'node', state: 'ok', detail: `${process.versions.node} on ${process.platform}-${process.arch}` },
    await tried('app folder', async () => {
      await mkdir(places.dataDir, { recursive: true })
      await access(places.dataDir, constants.W_OK)
      return places.dataDir
    }),
    await tried(
      'sqlite',
      async () => `better-sqlite3 ${packageVersion(root, 'better-sqlite3')}: ${await tryStore(cli)}`
    ),
    await tried('sharp', async () => `sharp ${packageVersion(root, 'sharp')}: ${await tryMedia(cli)}`)
  ]
  const providers = await tried('onnxruntime', async () => {
    const reports = await cli.rooms().inference.probe()
    for (const { name, works, detail } of reports) {
      findings.push({ name: `provider ${name}`, state: works ? 'ok' : 'missing', detail })
    }
    const working = reports.filter(({ works }) => works).map(({ name }) => name)
    if (working.length === 0) throw new AppError('doctor/provider', 'No execution provider works.')
    return `onnxruntime-node ${packageVersion(root, 'onnxruntime-node')}: ${working.join(', ')}`
  })
  findings.push(providers)
  const models = await tried('models', async () => {
    const list = await cli.rooms().inference.listModels()
    for (const model of list) {
      const detail =
        model.problem === null
          ? `${model.name} ${model.revision}, ${size(model.sizeBytes)}, ${model.dialect}`
          : `${model.problem.message} ${model.problem.nextStep}`
      findings.push({ name: `model ${model.id}`, state: model.state === 'ready' ? 'ok' : 'broken', detail })
    }
    const ready = list.filter(({ state }) => state === 'ready').length
    if (ready === 0)
      throw new AppError('doctor/models', 'There is no model to ask.', {
        nextStep: 'Get one: eyrie models known, or add a folder: eyrie models add DIR.'
      })
    return `${ready} of ${list.length} ready`
  })
  const store = await tried('model store', async () => {
    const { known, broken, removable, room } = await cli.rooms().modelStore.view()
    for (const { file, reason } of broken)
      findings.push({ name: `models/manifests/${file}`, state: 'broken', detail: reason })
    const begun = known.flatMap(({ weights }) =>
      weights.flatMap(({ modelId, partialBytes }) => (partialBytes > 0 ? [`${modelId} (${size(partialBytes)})`] : []))
    )
    return [
      `${counted(removable.length, 'model')} added, ${counted(known.length, 'known model')}`,
      `${size(room.freeDiskBytes)} of disk and ${size(room.freeMemoryBytes)} of ${size(room.totalMemoryBytes)} memory free`,
      ...(begun.length === 0 ? [] : [`downloads that were stopped: ${begun.join(', ')}`])
    ].join('; ')
  })
  findings.push(models, store, findElectron(root), findBrowser())
  const isWell = findings.every(({ state }) => state !== 'broken')
  if (json) printJson(streams, { ok: isWell, findings })
  else
    printTable(
      streams,
      findings.map(({ name, state, detail }) => [state, name, detail])
    )
  return isWell
}
