import { describe, expect, test } from 'vitest'
import { pixelFromNormalized, pixelPointFromNormalized } from '../../geometry/convert'
import {
  boundsOfMask,
  compressedFromMask,
  maskArea,
  maskFromCompressed,
  maskFromPolygon,
  uniteMasks
} from '../../geometry/mask'
import type { Mask } from '../../geometry/mask'
import type { AnnotationShape } from '../../geometry/region-shape'
import type { ImageSize, NormalizedPoint } from '../../geometry/space'
import reference from '../fixtures/coco-reference.json'
import { readFiles } from '../kit/read-files'
import { writeToMemory } from '../law-projects'
import { pascalVoc } from '../pascal-voc'
import type { ImportRegion } from '../reading/item'
import { memorySource } from '../reading/memory-source'
import { YOLO_FORMATS } from '../yolo'
import { cocoJson } from '.'

const { images, annotations, categories } = reference.file
const sizes = new Map(images.map(({ id, width, height }) => [String(id), { width, height }]))
const sizeOf = ({ imageKey }: ImportRegion): ImageSize => sizes.get(imageKey) ?? { width: 0, height: 0 }
const read = async () => (await readFiles(cocoJson, { 'coco.json': JSON.stringify(reference.file) })).regions

/** As pycocotools draws outlines: each ring by itself, then all together. */
function maskOf(shape: AnnotationShape, size: ImageSize): Mask {
  const ring = (points: readonly NormalizedPoint[]): Mask =>
    maskFromPolygon([points.map((point) => pixelPointFromNormalized(point, size))], size)
  if (shape.type === 'polygon') return ring(shape.points)
  if (shape.type === 'multipolygon') return uniteMasks(shape.rings.map(ring))
  const { mask } = shape.type === 'mask' ? maskFromCompressed(shape.counts, shape.size) : { mask: null }
  if (mask === null) throw new Error(`expected a shape with a mask, not ${shape.type}`)
  return mask
}

/** The project that the file is, boxes only. */
async function boxesOnly(): Promise<Parameters<typeof writeToMemory>[1]> {
  const labels = categories.map(({ name }, order) => ({ id: name, name, colour: '#000000', order }))
  const regions = annotations.map(({ id, image_id, category_id, bbox }) => {
    const { width, height } = sizes.get(String(image_id)) ?? { width: 1, height: 1 }
    const [x = NaN, y = NaN, w = NaN, h = NaN] = bbox
    return {
      id: String(id),
      imageId: String(image_id),
      shape: { type: 'box', box: [x / width, y / height, (x + w) / width, (y + h) / height] },
      labelId: categories.find((category) => category.id === category_id)?.name ?? null,
      phrase: null,
      state: 'accepted',
      original: null,
      confidence: null,
      provenance: { origin: 'import' },
      createdAtMs: 0
    }
  })
  const documents = images.map(({ id, file_name, width, height }) => ({
    image: { id: String(id), relativePath: file_name, size: { width, height } },
    regions: regions.filter(({ imageId }) => imageId === String(id)),
    dialogues: [],
    turns: [],
    relations: [],
    review: { id: String(id), done: false }
  }))
  return { labels, documents } as unknown as Parameters<typeof writeToMemory>[1]
}

describe(`pycocotools ${reference.versions.pycocotools}`, () => {
  test('reads the same number of annotations, and the same mask, area and bounds of each', async () => {
    const regions = await read()
    expect([regions.length, reference.masks.length]).toEqual([30, 30])
    let compared = 0
    for (const [i, expected] of reference.masks.entries()) {
      const region = regions[i]
      if (region === undefined || expected === null) continue
      const mask = maskOf(region.shape, sizeOf(region))
      const [x0, y0, x1, y1] = boundsOfMask(mask) ?? [0, 0, 0, 0]
      const found = { counts: compressedFromMask(mask), area: maskArea(mask), bbox: [x0, y0, x1 - x0, y1 - y0] }
      expect({ id: Number(region.key), ...found }).toEqual(expected)
      compared++
    }
    expect(compared).toBe(24)
  })
})

describe(`supervision ${reference.versions.supervision}`, () => {
  const edgesOf = (region: ImportRegion, size: ImageSize): readonly number[] =>
    region.shape.type === 'box' ? pixelFromNormalized(region.shape.box, size) : []

  test('its Pascal VOC counts pixels from 1, and is read within the half pixel that it rounds', async () => {
    const files = new Map(Object.entries(reference.voc).map(([name, text]) => [`${name}.xml`, text]))
    const regions: ImportRegion[] = []
    for await (const items of pascalVoc.reader?.read(memorySource({ files }), {
      settings: { edges: 'pixels-from-1' }
    }) ?? [])
      regions.push(...items.filter((item): item is ImportRegion => item.type === 'region'))
    expect(regions).toHaveLength(annotations.length)
    for (const [i, region] of regions.entries()) {
      const { bbox, image_id, category_id } = annotations[i] ?? { bbox: [], image_id: 0, category_id: 0 }
      const size = sizes.get(String(image_id)) ?? { width: 1, height: 1 }
      const [x = NaN, y = NaN, w = NaN, h = NaN] = bbox
      const far = [x, y, x + w, y + h].map((edge, side) => Math.abs(edge - (edgesOf(region, size)[side] ?? NaN)))
      expect(Math.max(...far)).toBeLessThanOrEqual(0.5 + 1e-9)
      expect(region.label).toBe(categories.find(({ id }) => id === category_id)?.name)
    }
  })

  test('its rows of YOLO are ours, to the five decimals it writes', async () => {
    const [detect] = YOLO_FORMATS
    if (detect === undefined) throw new Error('expected YOLO detection')
    const { files } = await writeToMemory(detect, await boxesOnly())
    for (const [name, rows] of Object.entries(reference.yolo)) {
      const text = String(files.get(`yolo-detect/labels/${name.replace('.jpg', '.txt')}`))
      const numbers = (row: string): readonly number[] => row.split(' ').map(Number)
      const [ours, theirs] = [text.trim().split('\n').map(numbers), rows.map(numbers)]
      expect(ours.map(([index]) => index)).toEqual(theirs.map(([index]) => index))
      ours.flat().forEach((value, i) => expect(Math.abs(value - (theirs.flat()[i] ?? NaN))).toBeLessThanOrEqual(5.1e-6))
    }
  })
})
