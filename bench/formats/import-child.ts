/**
 * @file One import of one file into one new project, in a process of its own, so that its memory is its own:
 * `import-child.ts FILE IMAGES`. The images are registered before the clock starts, as a scan would have done; it stops
 * when the import is committed and synced. Prints what it took, with the peak memory of the process.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runImport } from '../../src-main/core/import/run'
import { openProject } from '../../src-main/store/client'
import { scanned } from '../../src-main/store/test-project'
import { FORMATS } from '../../src-shared/formats/registry'

const [path = '', imagesText = '0'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'eyrie-bench-import-'))
try {
  const project = join(folder, 'bench.eyrie')
  const store = await openProject(project, { create: { name: 'Bench', imageRoot: folder } })
  await store.registerImages(
    Array.from({ length: Number(imagesText) }, (_, i) => scanned(`${String(i + 1).padStart(12, '0')}.jpg`))
  )
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
} finally {
  rmSync(folder, { recursive: true, force: true })
}
