/**
 * @file One import of one file into a project, in processes of its own, so that its memory is its own: first
 * `import-child.ts register FOLDER IMAGES` makes the project there with its images, as a scan would, then
 * `import-child.ts import FOLDER FILE` imports into it. The clock stops when the import is committed and synced. Prints
 * what it took, with the peak memory of the process.
 *
 * `import-child.ts cancel FOLDER FILE BYTES` cancels when so much is read, and prints how long that took;
 * `import-child.ts told FOLDER FILE` prints `{ doneBytes }` while it reads, for one who means to kill it.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { runImport } from '../../src-main/core/import/run'
import type { ImportResult, ImportSurroundings } from '../../src-main/core/import/run'
import type { ProjectStore } from '../../src-main/core/ports'
import { openProject } from '../../src-main/store/client'
import { scanned } from '../../src-main/store/test-project'
import type { AppError } from '../../src-shared/errors'
import type { ImportRates } from '../../src-shared/formats/reading/report'
import { FORMATS } from '../../src-shared/formats/registry'

const [step, folder = '', given = '', bytes = ''] = process.argv.slice(2)
const project = join(folder, 'bench.eyrie')

async function register(images: number): Promise<void> {
  const store = await openProject(project, { create: { name: 'Bench', imageRoot: folder } })
  await store.registerImages(
    Array.from({ length: images }, (_, i) => scanned(`${String(i + 1).padStart(12, '0')}.jpg`))
  )
  await store.close()
}

const noMedia = (): never => {
  throw new Error('expected every size to be stated')
}
const media = {
  facts: noMedia,
  inspect: noMedia,
  thumbnail: noMedia,
  forSending: noMedia,
  viewable: noMedia,
  drawOverlay: noMedia,
  fingerprint: noMedia,
  hostPid: () => undefined,
  close: async () => undefined
}

const runOn = (store: ProjectStore, path: string, more: Partial<ImportSurroundings>): Promise<ImportResult> =>
  runImport(
    { path, format: null, images: null, dryRun: false, addImages: 'when-there' },
    { store, media, formats: FORMATS, now: Date.now, ...more }
  )

async function importFile(path: string): Promise<void> {
  const store = await openProject(project)
  const cpu = process.cpuUsage()
  const started = performance.now()
  const { report } = await runOn(store, path, step === 'told' ? { onProgress: tell } : {})
  const wallMs = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  const result = {
    wallMs,
    cpuMs: (user + system) / 1000,
    regions: Object.values(report.counts.regions).reduce((sum, count) => sum + count, 0),
    skipped: report.skipped.length
  }
  await store.close()
  const peakBytes = process.resourceUsage().maxRSS * 1024
  const closedMs = performance.now() - started
  console.log(JSON.stringify({ ...result, peakBytes, closedMs, projectBytes: statSync(project).size }))
}

const tell = ({ doneBytes }: ImportRates): void => console.log(JSON.stringify({ doneBytes }))

async function cancelAt(path: string, atBytes: number): Promise<void> {
  const store = await openProject(project)
  const controller = new AbortController()
  let cancelledMs = 0
  const onProgress = ({ doneBytes }: ImportRates): void => {
    if (doneBytes < atBytes || cancelledMs > 0) return
    cancelledMs = performance.now()
    controller.abort()
  }
  const code = await runOn(store, path, { signal: controller.signal, onProgress }).then(
    () => null,
    (error: unknown) => (error as AppError).code
  )
  const tookMs = performance.now() - cancelledMs
  await store.close()
  console.log(JSON.stringify({ code, tookMs }))
}

if (step === 'register') await register(Number(given))
else if (step === 'cancel') await cancelAt(given, Number(bytes))
else await importFile(given)
