/**
 * @file A file of the shape of COCO's instances_train2017.json, made up with a seed: 118 287 images, 860 000 polygons,
 * about 486 MB. Written as it is made; nothing of it is held.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, statSync } from 'node:fs'
import { seededRandom } from '../lib/random'

export const FULL_IMAGES = 118_287
export const FULL_ANNOTATIONS = 860_000
const CATEGORIES = 80
const BATCH = 1_000
/** On average; COCO's polygons have many short and a few very long outlines. */
const MEAN_MORE_POINTS = 25
const [WIDTH, HEIGHT] = [640, 480]

export interface CocoAmount {
  readonly images: number
  readonly annotations: number
}
export interface CocoFile extends CocoAmount {
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
}

function* texts({ images, annotations }: CocoAmount): Generator<string> {
  const random = seededRandom(3)
  yield '{"info":{"description":"synthetic","year":2017},"licenses":[{"id":1,"name":"none","url":""}],"images":['
  for (let i = 0; i < images; i++) {
    const file_name = `${String(i + 1).padStart(12, '0')}.jpg`
    const image = {
      license: 1,
      file_name,
      height: HEIGHT,
      width: WIDTH,
      date_captured: '2013-11-14 11:18:45',
      id: i + 1
    }
    yield (i === 0 ? '' : ',') + JSON.stringify(image)
  }
  yield '],"annotations":['
  for (let i = 0; i < annotations; i++) {
    const points = 6 + Math.floor(-Math.log(1 - random.next() * 0.9999) * MEAN_MORE_POINTS)
    const [left, top] = [random.next() * 500, random.next() * 400]
    let outline = ''
    for (let k = 0; k < points; k++) {
      const [x, y] = [left + random.next() * 100, top + random.next() * 80]
      outline += `${k === 0 ? '' : ','}${x.toFixed(2)},${y.toFixed(2)}`
    }
    const box = [left, top, random.next() * 100, random.next() * 80].map((value) => value.toFixed(2)).join(',')
    const head = `${i === 0 ? '' : ','}{"segmentation":[[${outline}]],"area":${(random.next() * 9000).toFixed(4)},`
    yield `${head}"iscrowd":0,"image_id":${(i % images) + 1},"bbox":[${box}],"category_id":${1 + (i % CATEGORIES)},"id":${i + 1}}`
  }
  const categories = Array.from({ length: CATEGORIES }, (_, i) => ({
    supercategory: 'thing',
    id: i + 1,
    name: `class ${i + 1}`
  }))
  yield `],"categories":${JSON.stringify(categories)}}`
}

export async function writeSyntheticCoco(path: string, amount: CocoAmount): Promise<CocoFile> {
  const hash = createHash('sha256')
  const file = createWriteStream(path)
  let batch: string[] = []
  const write = async (): Promise<void> => {
    const text = batch.join('')
    batch = []
    hash.update(text)
    if (!file.write(text)) await once(file, 'drain')
  }
  for (const text of texts(amount)) if (batch.push(text) >= BATCH) await write()
  await write()
  file.end()
  await once(file, 'finish')
  return { ...amount, path, sizeBytes: statSync(path).size, sha256: hash.digest('hex') }
}
