/**
 * @file One import of one file into a project, in processes of its own, so that its memory is its own: first
 * `import-child.ts register FOLDER IMAGES` makes the project there with its images, as a scan would, then
 * `import-child.ts import FOLDER FILE` imports into it. The clock stops when the import is committed and synced. Prints
 * what it took, with the peak memory of the process.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { runImport } from '../../src-main/core/import/run'
import { openProject } from '../../src-main/store/client'
import { scanned } from '../../src-main/store/test-project'
import { FORMATS } from '../../src-shared/formats/registry'

const [step, folder = '', given = ''] = process.argv.slice(2)
const project = join(folder, 'bench.eyrie')

async function register(images: number): Promise<void> {
  const store = await openProject(project, { create: { name: 'Bench', imageRoot: folder } })
  await store.registerImages(
    Array.from({ length: images }, (_, i) => scanned(`${String(i + 1).padStart(12, '0')}.jpg`))
  )
  await store.close()
}

async function importFile(path: string): Promise<void> {
  const store = await openProject(project)
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
    hostPid: () => undefined,
    close: async () => undefined
  }
  const cpu = process.cpuUsage()
  const started = performance.now()
  const { report } = await runImport(
    { path, format: null, images: null, dryRun: false, addImages: 'when-there' },
    { store, media, formats: FORMATS, now: Date.now }
  )
  const wallMs = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  const result = {
    wallMs,
    cpuMs: (user + system) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    regions: Object.values(report.counts.regions).reduce((sum, count) => sum + count, 0),
    skipped: report.skipped.length
  }
  await store.close()
  console.log(JSON.stringify({ ...result, projectBytes: statSync(project).size }))
}

if (step === 'register') await register(Number(given))
else await importFile(given)
