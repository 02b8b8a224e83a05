/**
 * @file Figures of the project store: `node --import ./scripts/from-source.mjs bench/store.ts [images] [regions per image]`.
 * Seeded data, one project in a temporary folder, the public client only. Prints one line per figure.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openProject } from '../src-main/store/client'
import { change, create, label, region, scanned, transaction } from '../src-main/store/test-project'

const imageCount = Number(process.argv[2] ?? 100_000)
const perImage = Number(process.argv[3] ?? 5)
const folder = mkdtempSync(join(tmpdir(), 'eyrie-bench-'))
const path = join(folder, 'bench.eyrie')

let seed = 42
const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below

const print = (name: string, value: string): void => console.log(`${name.padEnd(48)} ${value}`)
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`

async function timed<T>(
  name: string,
  work: () => Promise<T>,
  more: (value: T, elapsedMs: number) => string = () => ''
): Promise<T> {
  const startedMs = performance.now()
  const value = await work()
  const elapsedMs = performance.now() - startedMs
  print(name, `${ms(elapsedMs)} ${more(value, elapsedMs)}`)
  return value
}

async function repeated(name: string, times: number, work: (index: number) => Promise<unknown>): Promise<void> {
  const taken: number[] = []
  for (let index = 0; index < times; index += 1) {
    const startedMs = performance.now()
    await work(index)
    taken.push(performance.now() - startedMs)
  }
  taken.sort((a, b) => a - b)
  const at = (share: number): string => ms(taken[Math.min(taken.length - 1, Math.floor(share * taken.length))] ?? 0)
  print(name, `p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)}  max ${at(1)}  (${times} times)`)
}

try {
  let store = await openProject(path, { create: { name: 'Bench', imageRoot: folder } })
  const images = Array.from({ length: imageCount }, (_, index) =>
    scanned(`${Math.floor(index / 1000)}/${String(index).padStart(7, '0')}.jpg`)
  )
  await timed(`register ${imageCount} images`, () => store.registerImages(images))
  await timed('register them again, nothing new', () => store.registerImages(images))
  const ids: string[] = []
  for (let offset = 0; offset < imageCount; offset += 10_000) {
    const { items } = await store.listImages({ filter: 'all', offset, limit: 10_000 })
    ids.push(...items.map((item) => item.image.id))
  }
  const labels = Array.from({ length: 80 }, (_, index) => label(`class ${index}`, index))
  await store.apply(transaction('labels', null, ...labels.map(create)))
  const batch = 2_000
  await timed(
    `insert ${imageCount * perImage} regions, ${batch * perImage} a transaction`,
    async () => {
      for (let start = 0; start < ids.length; start += batch) {
        const regions = ids.slice(start, start + batch).flatMap((id) =>
          Array.from({ length: perImage }, () =>
            region(id, {
              labelId: labels[random(80)]?.id ?? null,
              state: random(10) === 0 ? 'proposed' : 'accepted',
              provenance: { origin: 'import' }
            })
          )
        )
        await store.apply(transaction('import', null, ...regions.map(create)))
      }
    },
    (_, elapsedMs) =>
      `${Math.round((imageCount * perImage) / (elapsedMs / 1000))} regions/s, journal, checksums and read-back included`
  )
  await repeated('apply() one new region', 1_000, (index) => {
    const id = ids[random(ids.length)] ?? ''
    return store.apply(transaction('region.create', id, create(region(id, { phrase: `region ${index}` }))))
  })
  const [first = ''] = ids
  let box = region(first)
  await store.apply(transaction('region.create', first, create(box)))
  await repeated('apply() one moved region', 1_000, async (index) => {
    const moved = { ...box, phrase: String(index) }
    await store.apply(transaction('region.move', first, change(box, moved)))
    box = moved
  })
  await repeated('undo()', 200, () => store.undo())
  await timed(
    'close',
    () => store.close(),
    () => `file ${(statSync(path).size / 1e6).toFixed(0)} MB`
  )

  store = await timed('open (worker, checks, quick_check)', () => openProject(path))
  await timed('first page of 50', () => store.listImages({ filter: 'all', offset: 0, limit: 50 }))
  for (const filter of ['all', 'todo', 'proposals', 'problems'] as const) {
    await repeated(`page of 50 far into "${filter}"`, 50, () =>
      store.listImages({ filter, offset: Math.floor(imageCount * 0.09), limit: 50 })
    )
  }
  await repeated('page of 50 at the end of "todo"', 20, () =>
    store.listImages({ filter: 'todo', offset: imageCount - 60, limit: 50 })
  )
  await repeated('info() with all counts', 100, () => store.info())
  await repeated('next image: getDocument()', 1_000, () => store.getDocument(ids[random(ids.length)] ?? ''))
  const full = ids[1] ?? ''
  await store.apply(transaction('x', full, ...Array.from({ length: 10_000 }, () => create(region(full)))))
  await repeated('getDocument() with 10 000 regions', 10, () => store.getDocument(full))
  await repeated('apply() on an image of 10 000 regions', 100, () =>
    store.apply(transaction('x', full, create(region(full))))
  )
  await timed(
    'read all annotated documents',
    async () => {
      let count = 0
      for await (const document of store.documents('annotated')) count += document.regions.length
      return count
    },
    (count, elapsedMs) => `${Math.round(count / (elapsedMs / 1000))} regions/s, checksums verified`
  )
  const edits: number[] = []
  let busy = true
  const editing = (async () => {
    while (busy) {
      const startedMs = performance.now()
      await store.apply(transaction('region.create', first, create(region(first))))
      edits.push(performance.now() - startedMs)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  await timed(
    'backup(), with edits going on',
    () => store.backup(join(folder, 'backup.eyrie')),
    (report) => `${(report.sizeBytes / 1e6).toFixed(0)} MB`
  )
  await timed(
    'check()',
    () => store.check(),
    (findings) => `${findings.length} findings`
  )
  busy = false
  await editing
  edits.sort((a, b) => a - b)
  print(
    'apply() while backup and check run',
    `p50 ${ms(edits[edits.length >> 1] ?? 0)}  p95 ${ms(edits[Math.floor(edits.length * 0.95)] ?? 0)}  max ${ms(edits.at(-1) ?? 0)}  (${edits.length} times)`
  )
  await store.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
