import { describe, expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import type { ReadFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { visualGenome } from '.'

testFormatLaws(visualGenome)

const json = JSON.stringify
const image = {
  image_id: 1,
  url: 'https://example.invalid/rak248/VG_100K_2/1.jpg',
  width: 800,
  height: 600,
  coco_id: null
}
const region = { region_id: 7, image_id: 1, x: 10, y: 20, width: 100, height: 200, phrase: 'a red mug', synsets: [] }
const mug = { object_id: 2, x: 10, y: 20, w: 100, h: 200, names: ['mug', 'cup'], synsets: ['mug.n.04'] }
const table = { object_id: 3, x: 0, y: 150, w: 400, h: 120, name: 'table' }
const on = { relationship_id: 5, predicate: 'ON', synsets: [], subject: mug, object: table }
const files = (patch: {
  readonly images?: unknown
  readonly regions?: unknown
  readonly objects?: unknown
  readonly relationships?: unknown
}): Record<string, string> => ({
  'image_data.json': json(patch.images ?? [image]),
  ...(patch.regions === undefined ? {} : { 'region_descriptions.json': json([{ id: 1, regions: patch.regions }]) }),
  ...(patch.objects === undefined ? {} : { 'objects.json': json([{ image_id: 1, objects: patch.objects }]) }),
  ...(patch.relationships === undefined
    ? {}
    : { 'relationships.json': json([{ image_id: 1, relationships: patch.relationships }]) })
})

testDamagedFiles(visualGenome, [
  new Map(Object.entries(files({ regions: [region], objects: [mug, table], relationships: [on] })))
])

const relationsOf = ({ items }: ReadFiles): readonly string[] =>
  items.flatMap((item) => (item.type === 'relation' ? [`${item.subject} ${item.predicate} ${item.object}`] : []))

describe('reading', () => {
  test('descriptions are phrases, objects have classes, and relationships tie objects', async () => {
    const read = await readFiles(visualGenome, files({ regions: [region], objects: [mug, table], relationships: [on] }))
    expect(read.images).toMatchObject([
      { imageKey: '1', reference: 'VG_100K_2/1.jpg', size: { width: 800, height: 600 } }
    ])
    expect(read.regions.map(({ key, label, phrase }) => [key, label, phrase])).toEqual([
      ['r7', null, 'a red mug'],
      ['o2', 'mug', null],
      ['o3', 'table', null]
    ])
    expect(read.regions[1]?.attributes).toEqual({ names: 'cup' })
    expect(read.regions[0]?.shape).toEqual({ type: 'box', box: [10 / 800, 20 / 600, 110 / 800, 220 / 600] })
    expect(relationsOf(read)).toEqual(['o2 ON o3'])
    expect(read.said).toEqual(['note import/other-fields'])
  })

  test('ends that objects.json does not have are regions of their own, once', async () => {
    const read = await readFiles(visualGenome, files({ relationships: [on, { ...on, predicate: 'near' }] }))
    expect(read.regions.map(({ key }) => key)).toEqual(['o2', 'o3'])
    expect(relationsOf(read)).toEqual(['o2 ON o3', 'o2 near o3'])
    expect(read.said).toEqual(['note import/other-objects'])
  })

  test('an image without data is asked for its size', async () => {
    const read = await readFiles(visualGenome, files({ images: [{ ...image, image_id: 9 }], regions: [region] }), {
      imageSizes: new Map([['VG_100K/1.jpg', { width: 200, height: 400 }]])
    })
    expect(read.regions[0]?.shape).toEqual({ type: 'box', box: [0.05, 0.05, 0.55, 0.55] })
  })

  test.each([
    ['no phrase', { regions: [{ ...region, phrase: ' ' }] }, ['skip import/no-words']],
    ['a negative size', { regions: [{ ...region, width: -3 }] }, ['skip import/bad-box']],
    ['no size', { objects: [{ ...mug, w: 0 }] }, ['skip import/empty-box', 'note import/other-fields']],
    [
      'w where width should be',
      { regions: [{ ...mug, region_id: 1, phrase: 'x' }] },
      ['skip import/bad-box', 'note import/other-fields']
    ],
    ['a box outside', { objects: [{ ...table, x: -20 }] }, ['doubt import/outside-image']],
    ['the same id twice', { objects: [table, table] }, ['skip import/duplicate-id']],
    ['a region’s id twice', { regions: [region, region] }, ['skip import/duplicate-id']],
    ['no id', { objects: [{ ...table, object_id: null }] }, ['skip import/bad-id']],
    ['names that are none', { objects: [{ ...table, name: 5 }] }, ['note import/bad-label']],
    ['a text for an object', { objects: ['mug'] }, ['skip import/bad-record']],
    ['no predicate', { relationships: [{ ...on, predicate: '' }] }, ['skip import/no-words']],
    [
      'no object',
      { relationships: [{ ...on, object: null }] },
      ['skip import/loose-relation', 'note import/other-objects']
    ],
    [
      'a size of the image that is none',
      { images: [{ ...image, width: 'x' }], regions: [region] },
      ['doubt import/bad-size', 'skip import/no-size']
    ],
    ['an image twice', { images: [image, image], regions: [region] }, ['doubt import/duplicate-id']],
    [
      'an image without an id',
      { images: [{ ...image, image_id: {} }, image], regions: [region] },
      ['skip import/bad-record']
    ]
  ])('%s', async (_, patch, said) => {
    expect((await readFiles(visualGenome, files(patch))).said).toEqual(said)
  })

  test('an image whose regions stand there twice is read once', async () => {
    const read = await readFiles(visualGenome, {
      'image_data.json': json([image]),
      'region_descriptions.json': json([
        { id: 1, regions: [region] },
        { id: 1, regions: [region] },
        { regions: [region] },
        5
      ])
    })
    expect(read.regions.length).toBe(1)
    expect(read.issues.map(({ code, record }) => `${code} ${record ?? ''}`)).toEqual([
      'import/duplicate-id image 1',
      'import/duplicate-id image 1',
      'import/bad-record image at 3'
    ])
  })

  test('JSON beside its lists is told, an empty list is one of none', async () => {
    const lists = files({ regions: [region] })
    const { regions, said } = await readFiles(visualGenome, {
      ...lists,
      'objects.json': 'null',
      'relationships.json': '[]'
    })
    expect([regions.length, said]).toEqual([1, ['skip import/not-this-format']])
  })

  test('an object without a name has no class, and that is told', async () => {
    const { regions, said } = await readFiles(visualGenome, files({ objects: [{ ...mug, names: [] }] }))
    expect([regions.map(({ label }) => label), said]).toEqual([
      [null],
      ['doubt import/no-label', 'note import/other-fields']
    ])
  })

  test('a description without an id is another one than that with the id of its place, negative', async () => {
    const nameless = { ...region, region_id: null }
    const { regions } = await readFiles(visualGenome, files({ regions: [{ ...region, region_id: -1 }, nameless] }))
    expect(new Set(regions.map(({ key }) => key)).size).toBe(2)
  })

  test('it is recognised by what its lists hold', async () => {
    const of = (map: Record<string, string>) =>
      visualGenome.reader?.recognise(memorySource({ files: new Map(Object.entries(map)) }))
    expect(await of(files({ objects: [mug] }))).toMatchObject({
      score: 0.98,
      paths: ['image_data.json', 'objects.json']
    })
    expect(await of(files({}))).toBeNull()
    expect(await of({ 'a.json': '{"images": [], "annotations": []}' })).toBeNull()
    await expect(readFiles(visualGenome, { 'a.json': '{}' })).rejects.toMatchObject({ code: 'import/not-this-format' })
  })
})
