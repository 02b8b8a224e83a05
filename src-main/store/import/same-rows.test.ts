import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it, test } from 'vitest'
import type { Change } from '../../../src-shared/document/transaction'
import type { ImportItem, ImportRegion } from '../../../src-shared/formats/reading/item'
import { BulkItems, regionsOf } from '../../../src-shared/formats/reading/outlines'
import type { BulkItem } from '../../../src-shared/formats/reading/outlines'
import { normalizedBox, normalizedPoint } from '../../../src-shared/geometry/space'
import type { NormalizedPoint } from '../../../src-shared/geometry/space'
import type { ProjectStore } from '../../core/ports'
import { openProject } from '../client'
import { connect } from '../database'
import { create, newProject, removeTemporaryFolders, transaction } from '../test-project'

afterAll(removeTemporaryFolders)

const IMAGES = 3
const createdAtMs = 1_700_000_000_000
/** More than go in one statement, and no multiple of it. */
const REGIONS = 133

const spot = (i: number): NormalizedPoint => normalizedPoint(((i * 37) % 101) / 101, ((i * 53) % 97) / 97)
const ring = (i: number, length: number): readonly NormalizedPoint[] =>
  Array.from({ length }, (_, k) => spot(i * 7 + k * 11))

/** Outlines, for the most part; what is none comes in between. */
function shapeOf(i: number): ImportRegion['shape'] {
  if (i % 19 === 18) return { type: 'box', box: normalizedBox(0.1, 0.2, 0.3, 1 / 3) }
  if (i % 23 === 22) return { type: 'point', point: spot(i) }
  if (i % 5 === 1) return { type: 'multipolygon', rings: [ring(i, 4), ring(i + 1, 7)] }
  if (i % 5 === 2) return { type: 'polyline', points: ring(i, 2 + (i % 4)) }
  if (i % 5 === 3) return { type: 'quad', points: [spot(i), spot(i + 1), spot(i + 2), spot(i + 3)] }
  return { type: 'polygon', points: ring(i, 3 + (i % 9)) }
}

const images: readonly ImportItem[] = Array.from({ length: IMAGES }, (_, i) => ({
  type: 'image',
  imageKey: `${i}`,
  reference: `00${i}.jpg`,
  size: { width: 640, height: 480 }
}))
const regions: readonly ImportItem[] = Array.from({ length: REGIONS }, (_, i) => ({
  type: 'region',
  imageKey: `${i % IMAGES}`,
  key: `${i}`,
  shape: shapeOf(i),
  label: i % 4 === 3 ? null : `class ${i % 4}`,
  phrase: i % 6 === 5 ? 'a bird — 鸟 "x"' : null,
  ...(i % 7 === 6 ? { confidence: i / REGIONS, state: 'proposed' as const } : {}),
  ...(i % 8 === 7 ? { attributes: { occluded: i % 16 === 7, 'a "name"': i } } : {})
}))
const relations: readonly ImportItem[] = [
  { type: 'relation', imageKey: '0', subject: '0', predicate: 'on', object: '3' },
  { type: 'relation', imageKey: '1', subject: '130', predicate: 'on', object: '1' }
]

/** As a reader in bulk gives them: plain outlines that follow each other are one item. */
function inBulk(items: readonly ImportItem[]): readonly BulkItem[] {
  const bulk = new BulkItems()
  const pixel = { width: 1, height: 1 }
  for (const item of items) {
    const isOutline = item.type === 'region' && (item.shape.type === 'polygon' || item.shape.type === 'multipolygon')
    const isPlain = isOutline && item.phrase === null && item.attributes === undefined && item.state === undefined
    if (!isPlain) bulk.push(item)
    else {
      const rings = item.shape.type === 'polygon' ? [item.shape.points] : item.shape.rings
      const pixels = rings.map((points) => ({ numbers: points.flat(), start: 0, corners: points.length }))
      // The keys are numbers, as the images' are.
      bulk.outline(
        Number(item.imageKey),
        Number(item.key) % 3 === 0 ? item.key : Number(item.key),
        item.label,
        pixels,
        pixel
      )
    }
  }
  return bulk.take()
}

test('a batch in bulk says the same, and says it shorter', () => {
  const bulk = inBulk(regions)
  expect(bulk.flatMap((item) => (item.type === 'outlines' ? [...regionsOf(item, ['0', '1', '2'])] : [item]))).toEqual(
    regions
  )
  expect(bulk.length).toBeLessThan(regions.length)
  expect(bulk.some((item) => item.type === 'outlines' && item.keys.length > 1)).toBe(true)
})

async function importAll(store: ProjectStore, items: readonly BulkItem[], batch: number): Promise<void> {
  await store.importBegin({
    imageFolders: [],
    sourceFolder: null,
    addImages: 'when-there',
    dryRun: false,
    createdAtMs
  })
  for (let at = 0; at < items.length; at += batch) await store.importAdd(items.slice(at, at + batch))
  while ((await store.importFinish()).state !== 'done') continue
}

/** All that is stored of records and derived from them; numbers of rows only where order depends on them. */
function rowsOf(path: string): unknown {
  const database = connect(path, 'read')
  try {
    const all = (sql: string): unknown => database.prepare(sql).all()
    return {
      regions: all('SELECT * FROM region ORDER BY seq'),
      labels: all('SELECT * FROM label ORDER BY seq'),
      relations: all('SELECT * FROM relation ORDER BY seq'),
      images: all('SELECT * FROM image ORDER BY seq'),
      sums: all('SELECT label_checksum FROM project'),
      schema: all('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name')
    }
  } finally {
    database.close()
  }
}

it.each([
  [1, false],
  [40, false],
  [1_000, false],
  [1, true],
  [1_000, true]
])('an import stores the rows that edits would store, in batches of %i, in bulk: %s', async (batch, isBulk) => {
  const { folder, path, store, images: ids } = await newProject(IMAGES)
  await store.close()
  const copy = join(folder, 'copy.eyrie')
  copyFileSync(path, copy)

  const bulk = await openProject(path)
  await importAll(bulk, [...images, ...(isBulk ? inBulk(regions) : regions), ...relations], batch)
  const labels = await bulk.listLabels()
  const documents = await Promise.all(ids.map((id) => bulk.getDocument(id)))
  expect(await bulk.check()).toEqual([])
  await bulk.close()

  const records = documents.flatMap((document) => document?.regions ?? [])
  expect(records).toHaveLength(REGIONS)
  // Ids of an import sort in the order of its file.
  const inOrder = records.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const changes: readonly Change[] = [
    ...labels.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(create),
    ...inOrder.map(create),
    ...documents.flatMap((document) => document?.relations ?? []).map(create)
  ]
  const ordinary = await openProject(copy)
  await ordinary.apply(transaction('one by one', null, ...changes))
  await ordinary.close()
  expect(rowsOf(path)).toEqual(rowsOf(copy))
})

test('outlines in decimals of pixels are stored as whole numbers, and are the same records, also undone and redone', async () => {
  const { path, store, images: ids } = await newProject(IMAGES)
  const size = { width: 640, height: 480 }
  const bulk = new BulkItems()
  const corner = (i: number): number => Math.round(((i * 7919) % 64_000) + i / 3) / 100
  const numbers = (i: number, count: number): readonly number[] =>
    Array.from({ length: count * 2 }, (_, k) => corner(i * 31 + k))
  for (let i = 0; i < REGIONS; i++) {
    const counts = i % 4 === 1 ? [4, 5 + (i % 40)] : [4 + (i % 60)]
    const rings = counts.map((corners, ring) => ({ numbers: numbers(i + ring, corners), start: 0, corners }))
    bulk.outline(i % IMAGES, i, `class ${i % 3}`, rings, size)
  }
  const outlines = bulk.take()
  const wanted = outlines.flatMap((item) => (item.type === 'outlines' ? [...regionsOf(item, ['0', '1', '2'])] : []))
  // The memory of outlines is moved.
  const expected = structuredClone(wanted.map(({ shape }) => shape))
  await importAll(store, [...images, ...outlines], 1_000)

  const shapes = async (): Promise<readonly unknown[]> => {
    const documents = await Promise.all(ids.map((id) => store.getDocument(id)))
    const regions = documents.flatMap((document) => document.regions)
    return regions.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ shape }) => shape)
  }
  expect(await shapes()).toEqual(expected)
  expect(await store.check()).toEqual([])
  const database = connect(path, 'read')
  const rows = database.prepare('SELECT shape_json, shape_points FROM region ORDER BY seq').all()
  database.close()
  expect(rows).toHaveLength(REGIONS)
  expect(rows[0]).toMatchObject({ shape_json: '[[4],2,640,480]' })
  const bytes = rows.reduce<number>((sum, row) => sum + (row as { shape_points: Buffer }).shape_points.length, 0)
  const points = wanted.flatMap(({ shape }) =>
    shape.type === 'polygon' ? shape.points : shape.type === 'multipolygon' ? shape.rings.flat() : []
  )
  expect(bytes).toBeLessThan(points.length * 2 * 4)
  await store.undo()
  expect(await shapes()).toEqual([])
  await store.redo()
  expect(await shapes()).toEqual(expected)
  expect(await store.check()).toEqual([])
  await store.close()
})
