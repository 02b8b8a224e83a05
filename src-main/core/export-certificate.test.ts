import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RegionRecord } from '../../src-shared/document/records'
import type { AnnotationShape } from '../../src-shared/geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../../src-shared/geometry/space'
import type { ExportChunk, Format } from '../../src-shared/formats/format'
import { labelmeJson } from '../../src-shared/formats/labelme'
import { parseSplits } from '../../src-shared/dataset/splits'
import { writePicture } from '../testing/pictures'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'
import { exportStore } from './exports'
import type { ExportRequest, ExportResult } from './exports'
import type { ProjectStore } from './ports'

let t: TestCore
let store: ProjectStore
let out: string
beforeEach(async () => {
  // Of three sizes: equal pictures would be one group of a split.
  const pictures = async (folder: string): Promise<void> => {
    for (const [i, name] of ['a.jpg', 'b.jpg', 'c.jpg'].entries())
      await writePicture(join(folder, name), { width: 640 + i, height: 480 })
  }
  t = await createTestCore(pictures, '', (opened) => (store = opened))
  await t.open()
  out = join(t.folder, 'out')
})
afterEach(() => t.remove())
afterAll(closeTestMedia)

const box: AnnotationShape = { type: 'box', box: normalizedBox(0.25, 0.5, 0.75, 1) }
const polygon: AnnotationShape = {
  type: 'polygon',
  points: [normalizedPoint(0.1, 0.1), normalizedPoint(0.9, 0.1), normalizedPoint(0.5, 0.9)]
}
async function draw(shapes: readonly AnnotationShape[]): Promise<void> {
  const ids = await t.imageIds()
  for (const [k, imageId] of ids.entries()) {
    const changes = shapes.map((shape, i) => {
      const after: RegionRecord = {
        id: `r${k}-${i}`,
        imageId,
        shape,
        labelId: null,
        phrase: `thing ${i}`,
        state: 'accepted',
        original: null,
        confidence: null,
        provenance: { origin: 'human' },
        createdAtMs: i
      }
      return { kind: 'region' as const, id: after.id, before: null, after }
    })
    await t.core.handlers['document.apply']({
      transaction: { id: `t${k}`, label: 'test', origin: 'human', imageId, changes, createdAtMs: 1 }
    })
  }
}
const run = (patch: Partial<ExportRequest> = {}, format: Format = labelmeJson): Promise<ExportResult> =>
  exportStore(
    store,
    { formats: [format.info.id], folder: out, dialect: 'shikra', includeProposals: false, overwrite: false, ...patch },
    (id) => (id === format.info.id ? format : null)
  )
/** LabelMe, with its files changed on the way. */
const broken = (change: (chunk: ExportChunk, index: number) => ExportChunk | null): Format => ({
  ...labelmeJson,
  encode(source, options) {
    const inner = labelmeJson.encode(source, options)
    async function* chunks(): AsyncGenerator<ExportChunk> {
      let index = 0
      for await (const chunk of inner.chunks) {
        const changed = change(chunk, index++)
        if (changed !== null) yield changed
      }
    }
    return { chunks: chunks(), summary: inner.summary }
  }
})
const edited = (change: (shape: Record<string, unknown>[]) => unknown[]): Format =>
  broken((chunk) => {
    if (!chunk.fileName.endsWith('b.json')) return chunk
    const record = JSON.parse(chunk.text) as { shapes: Record<string, unknown>[] }
    return { ...chunk, text: JSON.stringify({ ...record, shapes: change(record.shapes) }) }
  })

test('what was written is read back and compared, and the certificate says how far coordinates moved', async () => {
  await draw([box, polygon])
  const { certificates, files, counts } = await run()
  expect(certificates).toMatchObject([
    {
      format: 'labelme',
      split: null,
      isCertified: true,
      counts: { images: { out: 3, back: 3 }, regions: { out: 6, back: 6 } },
      said: {},
      differences: []
    }
  ])
  expect(certificates[0]?.largestErrorPx).toBeLessThan(1e-6)
  expect(counts).toMatchObject({ images: 3, regions: 6 })
  expect(files.map(({ path }) => path)).toEqual([join(out, 'labelme'), join(out, 'labelme.manifest.json')])
  expect(await readdir(out)).toEqual(['labelme', 'labelme.manifest.json'])
  const manifest = JSON.parse(await readFile(join(out, 'labelme.manifest.json'), 'utf8'))
  expect(manifest.files.map(({ path }: { path: string }) => path)).toEqual(
    expect.arrayContaining(['labelme/a.json', 'labelme/b.json', 'labelme/c.json'])
  )
  expect(manifest.certificates).toEqual(certificates)
})

describe('an export is refused, and nothing of it is in place, when the writer', () => {
  test.each<[string, Format, string]>([
    ['drops a region', edited((shapes) => shapes.slice(1)), 'round-trip/region-missing'],
    [
      'drops an image',
      broken((chunk) => (chunk.fileName.endsWith('b.json') ? null : chunk)),
      'round-trip/image-missing'
    ],
    [
      'gives a region another class',
      edited((shapes) => shapes.map((shape, i) => (i === 0 ? { ...shape, label: 'dog', eyrie: undefined } : shape))),
      'round-trip/class-order'
    ],
    ['writes a region twice', edited((shapes) => [...shapes, ...shapes]), 'round-trip/region-extra'],
    [
      'moves a corner by a pixel',
      edited((shapes) =>
        shapes.map((shape) => ({
          ...shape,
          points: (shape['points'] as number[][]).map(([x = 0, y = 0], i) => (i === 0 ? [x + 1, y] : [x, y]))
        }))
      ),
      'round-trip/region-missing'
    ]
  ])('%s', async (_name, format, code) => {
    await draw([box, polygon])
    await expect(run({}, format)).rejects.toMatchObject({
      code: 'export/not-certified',
      nextStep: expect.stringMatching(/^Nothing was written/),
      data: { format: 'labelme', code }
    })
    expect(await readdir(out)).toEqual([])
  })

  test('leaves a file of ours that is no longer one', async () => {
    await draw([box])
    const cut = broken((chunk) =>
      chunk.fileName.endsWith('b.json') ? { ...chunk, text: chunk.text.slice(0, 50) } : chunk
    )
    await expect(run({}, cut)).rejects.toMatchObject({
      code: 'export/not-certified',
      data: { code: expect.stringMatching(/^(import|round-trip)\//) }
    })
    expect(await readdir(out)).toEqual([])
  })

  test('has the target replaced: what was there stays', async () => {
    await draw([box, polygon])
    await run()
    const before = await readFile(join(out, 'labelme/b.json'), 'utf8')
    await expect(
      run(
        { overwrite: true },
        edited((shapes) => shapes.slice(1))
      )
    ).rejects.toMatchObject({
      code: 'export/not-certified'
    })
    expect(await readFile(join(out, 'labelme/b.json'), 'utf8')).toBe(before)
  })
})

test('regions that reach outside the image are no reason to refuse', async () => {
  await draw([{ type: 'box', box: normalizedBox(-0.5, 0.5, 0.75, 1.25) }])
  expect((await run()).certificates).toMatchObject([{ isCertified: true, said: {} }])
})

test('what a writer skips and counts is no silent drop; what it skips without counting is', async () => {
  await draw([box, polygon])
  const boxesOnly = (isCounted: boolean): Format => {
    const format = edited((shapes) => shapes.filter((shape) => shape['shape_type'] === 'rectangle'))
    return {
      ...format,
      encode(source, options) {
        const inner = format.encode(source, options)
        const summary = (): ReturnType<typeof inner.summary> => ({
          ...inner.summary(),
          skipped: isCounted ? [{ reason: 'polygon', count: 1 }] : []
        })
        return { chunks: inner.chunks, summary }
      }
    }
  }
  await expect(run({}, boxesOnly(false))).rejects.toMatchObject({ code: 'export/not-certified' })
  const { certificates } = await run({}, boxesOnly(true))
  expect(certificates).toMatchObject([{ isCertified: true, said: { 'round-trip/region-missing': 1 } }])
})

test.skipIf(process.platform === 'win32')('names that another system cannot hold are said, and kept', async () => {
  const odd = await createTestCore(['CON.jpg', 'b.jpg'], '', (opened) => (store = opened))
  try {
    await odd.open()
    const { losses, certificates } = await run()
    expect(losses).toMatchObject([{ code: 'export/name-windows', count: 1 }])
    expect(losses[0]?.message).toContain('labelme/CON.json')
    expect(certificates).toMatchObject([{ isCertified: true }])
  } finally {
    await odd.remove()
  }
})

test('a format that Eyrie does not read is written and said not to be certified', async () => {
  await draw([box])
  const unread: Format = { info: labelmeJson.info, encode: labelmeJson.encode }
  const { certificates } = await run({}, unread)
  expect(certificates).toMatchObject([{ format: 'labelme', isCertified: false, counts: null }])
})

test('copies of one image stay in one split', async () => {
  const copies = await createTestCore(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'], '', (opened) => (store = opened))
  try {
    await copies.open()
    const split = { shares: parseSplits('train=0.5,val=0.5'), seed: 1, by: 'image' as const }
    const { certificates } = await run({ split })
    expect(certificates.map((one) => one.counts?.images.out)).toEqual([4, 0])
  } finally {
    await copies.remove()
  }
})

describe('splits', () => {
  const split = { shares: parseSplits('train=0.67,val=0.33'), seed: 1, by: 'image' as const }

  test('each have their folder and certificate; no image is in two, none is missing', async () => {
    await draw([box])
    const { certificates, counts, files } = await run({ split })
    expect(certificates.map((one) => [one.split, one.counts?.images.back])).toEqual([
      ['train', 2],
      ['val', 1]
    ])
    expect(counts).toMatchObject({ images: 3, regions: 3 })
    const written = (await readdir(out, { recursive: true })).filter((name) => /[abc]\.json$/.test(name))
    expect(written.map((path) => path.slice(-6)).sort()).toEqual(['a.json', 'b.json', 'c.json'])
    expect(written.filter((path) => path.startsWith('train/labelme/'))).toHaveLength(2)
    expect(files.map(({ path }) => path.slice(out.length + 1))).toEqual([
      'train/labelme',
      'val/labelme',
      'labelme.manifest.json'
    ])
  })

  test('are not written over', async () => {
    await run({ split })
    await expect(run({ split })).rejects.toMatchObject({ code: 'export/exists' })
  })
})

test('exporting again into the folder takes away what the last export left and nothing else', async () => {
  await draw([box])
  await run()
  await writeFile(join(out, 'labelme/mine.txt'), 'mine')
  const one = broken((chunk) => chunk)
  const fewer: ProjectStore = {
    ...store,
    listLabels: () => store.listLabels(),
    async *documents(which) {
      for await (const document of store.documents(which)) if (document.image.relativePath !== 'c.jpg') yield document
    }
  }
  await exportStore(
    fewer,
    { formats: ['labelme'], folder: out, dialect: 'shikra', includeProposals: false, overwrite: true },
    () => one
  )
  expect((await readdir(join(out, 'labelme'))).sort()).toEqual(['a.json', 'b.json', 'mine.txt'])
})
