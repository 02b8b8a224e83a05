/**
 * @file Text in pictures through the real command line, in both directions: words → place, place → words. One picture is
 * a photograph of a printed page under uneven light (fixtures/page.png, scikit-image); the other is made here to be like
 * one: a rendered sign seen at an angle, lit from one side, out of focus, noisy, and stored as JPEG.
 */
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { appPlaces } from '../shell/app-places'
import { cliFolder } from '../testing/cli-folder'

const FIXTURES = resolve(import.meta.dirname, '../inference/tools/pp-ocr/fixtures')
const PAGE = join(FIXTURES, 'page.png')
const { at, run } = cliFolder('ocr')
/** The models that ship. */
const { shippedModelsDir } = appPlaces()

interface Region {
  readonly kind: string
  /** `x, y` of four corners, clockwise from where the text begins. */
  readonly coords: readonly number[]
  readonly phrase: string | null
  readonly confidence: number
}

async function ask(image: string, prompt: string, ...more: string[]): Promise<readonly Region[]> {
  const args = ['ask', image, prompt, '--model', 'pp-ocr-v4', '--json', ...more]
  const { code, out, err } = await run(args, { places: { shippedModelsDir } })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return (JSON.parse(out) as { readonly regions: readonly Region[] }).regions
}

/** Its reader is not sure of narrow spaces. */
const letters = (text: string | null): string => (text ?? '').replaceAll(' ', '')
/** left, top, right, bottom of a quad. */
function boundsOf({ coords }: Region): readonly [number, number, number, number] {
  const [xs, ys] = [coords.filter((_, at) => at % 2 === 0), coords.filter((_, at) => at % 2 === 1)]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}
const boxOf = (region: Region): string =>
  boundsOf(region)
    .map((value) => value.toFixed(4))
    .join()
function overlap(a: readonly number[], b: readonly number[]): number {
  const [ax0 = 0, ay0 = 0, ax1 = 0, ay1 = 0] = a
  const [bx0 = 0, by0 = 0, bx1 = 0, by1 = 0] = b
  const shared =
    Math.max(0, Math.min(ax1, bx1) - Math.max(ax0, bx0)) * Math.max(0, Math.min(ay1, by1) - Math.max(ay0, by0))
  return shared / ((ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - shared)
}

/** Where a point of the sign, 0..1 both ways, is seen: its right side is further away. */
const seenAt = (u: number, v: number): readonly [x: number, y: number] => {
  const depth = 1 + 0.35 * u + 0.1 * v
  return [0.08 + (1.05 * u + 0.06 * v) / depth, 0.12 + (0.16 * u + 0.78 * v) / depth]
}

/** A camera's view of the rendered fixture, the same bytes every time. */
async function photograph(to: string): Promise<void> {
  const { data, info } = await sharp(join(FIXTURES, 'three-lines.png'))
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const [width, height] = [900, 560]
  const seen = new Float32Array(width * height * 3).fill(92)
  // From every place of the sign to the picture, densely enough that no pixel is left out.
  const steps = { across: 2_400, down: 1_600 }
  for (let j = 0; j < steps.down; j++) {
    for (let i = 0; i < steps.across; i++) {
      const [x, y] = seenAt(i / steps.across, j / steps.down)
      const [px, py] = [Math.floor(x * width), Math.floor(y * height)]
      if (px < 0 || px >= width || py < 0 || py >= height) continue
      const from =
        (Math.floor((j / steps.down) * info.height) * info.width + Math.floor((i / steps.across) * info.width)) * 3
      for (let channel = 0; channel < 3; channel++) seen[(py * width + px) * 3 + channel] = data[from + channel] ?? 0
    }
  }
  let state = 7
  const noise = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32 - 0.5
  }
  const lit = Buffer.alloc(seen.length)
  for (let at = 0; at < seen.length; at++) {
    const pixel = Math.floor(at / 3)
    const [x, y] = [(pixel % width) / width, Math.floor(pixel / width) / height]
    const light = 1.02 - 0.5 * x - 0.15 * y
    lit[at] = Math.max(0, Math.min(255, (seen[at] ?? 0) * light + 12 + noise() * 26))
  }
  await sharp(lit, { raw: { width, height, channels: 3 } })
    .blur(1)
    .jpeg({ quality: 70 })
    .toFile(to)
}

beforeAll(async () => {
  await photograph(at('photo.jpg'))
})

describe('a photographed page', () => {
  test('is read line by line', async () => {
    const lines = await ask(PAGE, 'Read all text.')
    expect(lines.map(({ phrase }) => letters(phrase))).toEqual([
      'Region-basedsegmentation',
      'Letusfirstdeterminemarkersofthecoinsandthe',
      'background.Thesemarkersarepixelsthatwecanlabel',
      'unambiguouslyaseitherobjectorbackground.Here,',
      'themarkersarefoundatthetwoextremepartsofthe',
      'histogramofgreyvalues:',
      expect.stringContaining('np.zeros_')
    ])
    expect(Math.min(...lines.map(({ confidence }) => confidence))).toBeGreaterThan(0.85)
  })

  test('says where words stand, and what stands there: words to place, and back', async () => {
    // Looked up in the picture by eye, in pixels of 384 × 191.
    const coins = [284, 49, 316, 64].map((value, at) => value / (at % 2 === 0 ? 384 : 191))
    const [found, ...others] = await ask(PAGE, 'Where is the text "coins"?')
    expect(others.filter(({ coords }) => (coords[1] ?? 1) < 0.8)).toEqual([])
    if (found === undefined) throw new Error('expected the word')
    expect(overlap(boundsOf(found), coins)).toBeGreaterThan(0.5)
    const [line] = await ask(PAGE, 'Where is the text "histogram of grey values"?')
    if (line === undefined) throw new Error('expected the line')
    const [read, ...more] = await ask(PAGE, 'What does @1 say?', '--box', boxOf(line))
    expect([letters(read?.phrase ?? null), more]).toEqual(['histogramofgreyvalues:', []])
    expect(await ask(PAGE, 'Where is the text "watershed"?')).toEqual([])
  })
})

describe('a sign that is seen as a camera sees it (made by this test)', () => {
  test('is found where it is, and read there', async () => {
    const photo = at('photo.jpg')
    const lines = await ask(photo, 'Read all text.')
    expect(lines.map(({ phrase }) => letters(phrase)).sort()).toEqual([
      'Referentialdialogue',
      'STOP1250',
      'turnedEXITsign'
    ])
    const [line] = await ask(photo, 'Where is the text "Referential dialogue"?')
    const [flat] = await ask(join(FIXTURES, 'three-lines.png'), 'Where is the text "Referential dialogue"?')
    if (line === undefined || flat === undefined) throw new Error('expected the line in both')
    // Its corners in the flat picture, seen by the same camera.
    const seen = [0, 2, 4, 6].flatMap((at) => [...seenAt(flat.coords[at] ?? 0, flat.coords[at + 1] ?? 0)])
    expect(overlap(boundsOf(line), boundsOf({ ...flat, coords: seen }))).toBeGreaterThan(0.6)
    const [read, ...more] = await ask(photo, 'What does @1 say?', '--box', boxOf(line))
    expect([letters(read?.phrase ?? null), more]).toEqual(['Referentialdialogue', []])
  })
})
