import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeBitmap, writeOriented, writePicture, writePngBomb } from '../../testing/pictures'
import reference from './fixtures/pillow-resize.json'
import { resized, toPlanes } from './raster'
import type { Raster } from './raster'
import { identifyImage, readRaster } from './read-pixels'
import { resample } from './resample'
import type { Filter } from './resample'

let dir = ''
const at = (name: string): string => join(dir, name)
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-image-'))
})
afterAll(() => rm(dir, { recursive: true }))

const SIZE = { width: 24, height: 16 }
const readSquashed = async (path: string): Promise<Raster> => resized(await readRaster(path), SIZE, 'bilinear')

describe('resample', () => {
  for (const { filter, from, to, source, resized } of reference.cases) {
    it(`equals Pillow's ${filter} from ${from.width}×${from.height} to ${to.width}×${to.height} within one step of 255`, () => {
      const ours = resample(Buffer.from(source, 'base64'), from, to, filter as Filter)
      const theirs = Buffer.from(resized, 'base64')
      expect(ours.length).toBe(theirs.length)
      const worst = ours.reduce((max, value, i) => Math.max(max, Math.abs(value - (theirs[i] ?? -999))), 0)
      expect(worst).toBeLessThanOrEqual(1)
    })
  }
})

describe('reading an image for a model', () => {
  it('D5: squashes the upright picture, whatever its EXIF orientation, so that a box stays where it is seen', async () => {
    for (const orientation of [1, 3, 6, 8]) {
      const path = at(`turned-${orientation}.jpg`)
      await writeOriented(path, orientation)
      const { data: rgb } = await readSquashed(path)
      const colour = (x: number, y: number): number[] => [...rgb.subarray((y * 24 + x) * 3, (y * 24 + x) * 3 + 3)]
      const [red, green, blue, white] = [colour(4, 3), colour(19, 3), colour(4, 12), colour(19, 12)]
      expect([red?.[0], green?.[1], blue?.[2]].every((value) => (value ?? 0) > 160)).toBe(true)
      expect([red?.[1], green?.[0], blue?.[0]].every((value) => (value ?? 255) < 90)).toBe(true)
      expect(Math.min(...(white ?? []))).toBeGreaterThan(200)
    }
  })

  it('reads a bitmap like any other picture', async () => {
    await writeBitmap(at('quarters.bmp'))
    expect((await readSquashed(at('quarters.bmp'))).data.length).toBe(24 * 16 * 3)
  })

  it('normalises to planes: (value × scale − mean) ÷ std', () => {
    const rgb = new Uint8Array(24 * 16 * 3).fill(0)
    rgb.set([255, 51, 102], 3)
    const planes = toPlanes({ data: rgb, size: SIZE }, { scale: 1 / 255, mean: [0.5, 0.4, 0.3], std: [0.5, 0.25, 0.2] })
    const area = 24 * 16
    expect([planes[1], planes[area + 1], planes[2 * area + 1]].map((value) => Number(value?.toFixed(5)))).toEqual([
      1, -0.8, 0.5
    ])
    expect(planes[0]).toBeCloseTo(-1, 6)
  })

  it('D3: refuses a picture whose header states more pixels than the limit, without decoding it', async () => {
    await writePngBomb(at('bomb.png'), { width: 60_000, height: 60_000 })
    await expect(identifyImage(at('bomb.png'))).rejects.toMatchObject({
      code: 'image/unreadable',
      data: { fileName: 'bomb.png' }
    })
  })

  it('D4: names the file and the reason when the content is broken', async () => {
    await writePicture(at('whole.png'), { width: 300, height: 200 })
    const { readFile } = await import('node:fs/promises')
    await writeFile(at('cut.png'), (await readFile(at('whole.png'))).subarray(0, 300))
    await expect(readRaster(at('cut.png'))).rejects.toMatchObject({
      code: 'image/unreadable',
      data: { fileName: 'cut.png' }
    })
    await writeFile(at('words.jpg'), 'not a picture at all')
    await expect(identifyImage(at('words.jpg'))).rejects.toMatchObject({ code: 'image/unreadable' })
  })
})
