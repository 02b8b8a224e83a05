import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { RegionRecord } from '../../src-shared/document/records'
import { arbitraryShapes } from '../../src-shared/geometry/law-shapes'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { shapeProblem } from '../../src-shared/geometry/shape-problem'
import { normalizedBox, normalizedPoint } from '../../src-shared/geometry/space'
import { openProject } from './client'
import { regionFromRow, regionToRow } from './rows'
import { shapeToColumns } from './shape-columns'
import { change, create, newProject, region, removeTemporaryFolders, transaction } from './test-project'

afterAll(removeTemporaryFolders)

const attributes = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== '__proto__'),
  fc.oneof(
    fc.string(),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
  ),
  { maxKeys: 4 }
)
const asRow = (record: RegionRecord) => ({ ...regionToRow(record), image_id: record.imageId, label_id: null })
const points = (...numbers: readonly number[]) =>
  numbers.flatMap((x, i) => (i % 2 === 0 ? [normalizedPoint(x, numbers[i + 1] ?? NaN)] : []))

describe('shapes in rows', () => {
  it('every shape, its original and its attributes come back to the last bit', () => {
    const shapes = arbitraryShapes({ min: -1e3, max: 1e3 })
    fc.assert(
      fc.property(shapes, fc.option(shapes), fc.option(attributes, { nil: undefined }), (shape, original, more) => {
        expect(shapeProblem(shape)).toBeNull()
        const record = region('image', { shape, original, ...(more === undefined ? {} : { attributes: more }) })
        expect(regionFromRow(asRow(record))).toEqual({ record, problem: null })
      }),
      { numRuns: 2000 }
    )
  })

  it('are written short, as the head of the file says', () => {
    const size = { width: 2, height: 1 }
    const seen = { point: normalizedPoint(0.5, 0.25), visibility: 2 } as const
    const cases: readonly (readonly [RegionShape, string | null, readonly number[]])[] = [
      [{ type: 'box', box: normalizedBox(0.5, 0, 0.25, 1) }, null, [0.5, 0, 0.25, 1]],
      [{ type: 'mask', size, counts: '11' }, '[2,1,"11"]', [0.5, 0, 1, 1]],
      [{ type: 'keypoints', points: [seen], box: null }, '[[0.5,0.25,2],null]', [0.5, 0.25, 0.5, 0.25]]
    ]
    for (const [shape, json, [x0, y0, x1, y1]] of cases)
      expect(shapeToColumns(shape)).toEqual({
        shape_type: shape.type,
        x0,
        y0,
        x1,
        y1,
        shape_json: json,
        shape_points: null
      })
    const outline = shapeToColumns({
      type: 'multipolygon',
      rings: [points(0, 0, 1, 0, 1, 1 / 3), points(-1, 0, -0, 2, 3, 4)]
    })
    expect(outline).toMatchObject({ shape_type: 'multipolygon', x0: -1, y0: 0, x1: 3, y1: 4, shape_json: '[3,3]' })
    const bytes = new Float64Array([0, 0, 1, 0, 1, 1 / 3, -1, 0, 0, 2, 3, 4])
    expect(outline.shape_points?.toString('hex')).toBe(Buffer.from(bytes.buffer).toString('hex'))
  })

  it.each([
    ['polygon', '[0,0,1]', /points/],
    ['polygon', '[0,0,1,1]', /2 points/],
    ['polygon', 'null', /points/],
    ['polygon', '[0,0,1,1,"a",2]', /not a finite number/],
    ['quad', '[0,0,1,1,1,0]', /not 4 points/],
    ['multipolygon', '[0,0,1,1]', /rings/],
    ['mask', '[2,1,"22"]', /4 pixels/],
    ['mask', '[2,1]', /counts is not a text/],
    ['mask', '[0,1,"1"]', /width is not above 0/],
    ['mask', '[2,1,"11",1]', /more is unknown/],
    ['keypoints', '[[0,0,3],null]', /not 0, 1 or 2/],
    ['keypoints', '[[0,0,0],null]', /neither a box/],
    ['keypoints', '[[0,0],null]', /points/],
    ['box', '[]', /more is unknown/],
    ['circle', '[]', /unknown type/],
    ['polygon', '[', /not JSON/]
  ])('a %s of %s is a finding, not a guess', (type, json, words) => {
    const row = { ...asRow(region('image')), shape_type: type, shape_json: json, shape_points: null }
    expect(regionFromRow(row)).toEqual({ record: null, problem: expect.stringMatching(words) as string })
  })

  it('outlines of earlier formats, which are spelled, are read as they are', () => {
    const shape = { type: 'multipolygon', rings: [points(0, 0, 1, 0, 1, 1 / 3)] } as const
    const record = region('image', { shape })
    const spelled = { ...asRow(record), shape_json: `[[0,0,1,0,1,${1 / 3}]]`, shape_points: null }
    expect(regionFromRow(spelled)).toEqual({ record, problem: null })
  })

  it.each([
    ['polygon', '[3]', 47],
    ['polygon', '[4]', 48],
    ['polygon', '[1,2]', 48],
    ['polygon', '3', 48],
    ['multipolygon', '[-1,4]', 48],
    ['multipolygon', '[1e9]', 48],
    ['box', '[3]', 48]
  ])('a %s of points %s in %i bytes is a finding', (type, json, length) => {
    const row = { ...asRow(region('image')), shape_type: type, shape_json: json, shape_points: Buffer.alloc(length) }
    expect(regionFromRow(row)).toEqual({ record: null, problem: expect.stringMatching(/^shape /) as string })
  })

  it.each([['[]'], ['{"a":null}'], ['{"a":[1]}'], ['{"__proto__":1}'], ['{"a":1e999}'], ['1']])(
    'attributes %s are a finding',
    (json) => {
      expect(regionFromRow({ ...asRow(region('image')), attributes_json: json }).problem).toMatch(/^attributes/)
    }
  )

  it('a project keeps each of them through an edit, undo, redo and opening again', async () => {
    const { store, path, images } = await newProject(1)
    const [imageId = ''] = images
    const shapes = fc.sample(arbitraryShapes(), { numRuns: 60, seed: 6 })
    const drawn = shapes.map((shape) => region(imageId, { shape, attributes: { iscrowd: 1, occluded: false } }))
    await store.apply(transaction('draw', imageId, ...drawn.map(create)))
    const moved = shapes.toReversed().map((shape, i) => ({ ...(drawn[i] as RegionRecord), shape }))
    await store.apply(transaction('move', imageId, ...moved.map((after, i) => change(drawn[i] as RegionRecord, after))))
    expect((await store.getDocument(imageId)).regions).toEqual(moved)
    await store.undo()
    expect((await store.getDocument(imageId)).regions).toEqual(drawn)
    await store.redo()
    await store.close()
    const again = await openProject(path)
    expect((await again.getDocument(imageId)).regions).toEqual(moved)
    expect(await again.check()).toEqual([])
    await again.close()
  })
})
