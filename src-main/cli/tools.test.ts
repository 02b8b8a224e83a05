import { cp, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { maskArea, maskFromCompressed } from '../../src-shared/geometry/mask'
import { writePicture } from '../testing/pictures'
import { cliFolder } from '../testing/cli-folder'

const FIXTURES = resolve(import.meta.dirname, '../../models/export/fixtures')
const { at, run } = cliFolder('tools')

beforeAll(async () => {
  await mkdir(at('none'))
  await writePicture(at('scans', 'a.jpg'), { width: 120, height: 80 })
  await cp(join(FIXTURES, 'sam'), at('models', 'sam-tiny'), { recursive: true })
  await cp(join(FIXTURES, 'yolos'), at('models', 'yolos-tiny'), { recursive: true })
  await cp(join(FIXTURES, 'owlv2'), at('told', 'owlv2-tiny'), { recursive: true })
  await cp(join(FIXTURES, 'yolos'), at('told', 'yolos-tiny'), { recursive: true })
})

interface Told {
  readonly masks: readonly {
    readonly predictedIou: number
    readonly areaPx: number
    readonly box: readonly number[]
    readonly segmentation: { readonly size: readonly [number, number]; readonly counts: string }
  }[]
  readonly model: string
}

test('masks of a box and points are told in JSON, the surest first, in run lengths of the whole picture', async () => {
  const place = ['--box', '0.1,0.1,0.8,0.9', '--point', '0.5,0.5', '--not-point', '0.9,0.9']
  const ran = await run(['segment', at('scans', 'a.jpg'), ...place, '--json'])
  expect([ran.code, ran.err]).toEqual([0, ''])
  const told = JSON.parse(ran.out) as Told
  expect(Object.keys(told)).toEqual(['masks', 'model', 'provider', 'timings'])
  expect(told.model).toBe('sam-tiny')
  expect(told.masks.length).toBeGreaterThan(0)
  for (const { areaPx, segmentation } of told.masks) {
    expect(segmentation.size).toEqual([80, 120])
    const { mask } = maskFromCompressed(segmentation.counts, { width: 120, height: 80 })
    expect(mask && maskArea(mask)).toBe(areaPx)
  }
  const ious = told.masks.map(({ predictedIou }) => predictedIou)
  expect(ious).toEqual([...ious].sort((a, b) => b - a))
})

test('a place is needed, one box at most, and a model that makes masks', async () => {
  const image = at('scans', 'a.jpg')
  const refused = [
    [[], 2, /box around the object or a point/],
    [['--not-point', '0.5,0.5'], 2, /box around the object or a point/],
    [['--box', '0,0,1,1', '--box', '0,0,0.5,1'], 2, /one box/],
    [['--box', '0,0,1,1', '--model', 'yolos-tiny'], 1, /makes no masks[^]*sam-tiny/],
    [['--box', '0,0,1,1', '--model', 'gone'], 1, /no model gone[^]*sam-tiny/]
  ] as const
  for (const [args, code, words] of refused) {
    const ran = await run(['segment', image, ...args])
    expect([ran.code, ran.out], args.join(' ')).toEqual([code, ''])
    expect(ran.err).toMatch(words)
  }
  const none = await run(['segment', image, '--box', '0,0,1,1'], { places: { shippedModelsDir: at('none') } })
  expect(none.code).toBe(1)
  expect(none.err).toMatch(/no model that makes masks[^]*vision_encoder\.onnx and prompt_encoder_mask_decoder\.onnx/)
})

test('a model that makes masks is not asked questions: not by default, and not when it is named', async () => {
  const image = at('scans', 'a.jpg')
  const named = await run(['ask', image, 'What is here?', '--model', 'sam-tiny'])
  expect(named.code).toBe(1)
  expect(named.err).toMatch(/makes masks of boxes and points; it answers no questions/)
  const asked = await run(['ask', image, 'What is here?', '--json'])
  expect(JSON.parse(asked.out)).toMatchObject({ model: 'yolos-tiny' })
})

test('a detector that is told words finds what the question or the labels say, and another one takes no labels', async () => {
  const image = at('scans', 'a.jpg')
  const phrases = ({ out }: { readonly out: string }): readonly string[] =>
    (JSON.parse(out) as { regions: readonly { phrase: string }[] }).regions.map(({ phrase }) => phrase)
  const asked = await run(['ask', image, 'a cat . the dog .', '--model', 'owlv2-tiny', '--json'], {
    places: { shippedModelsDir: at('told') }
  })
  expect(asked.code).toBe(0)
  expect(phrases(asked).length).toBeGreaterThan(0)
  expect(['a cat', 'the dog']).toEqual(expect.arrayContaining([...new Set(phrases(asked))]))
  const labels = ['--constrain', 'labels', '--label', 'Red Cup', '--label', 'boat', '--json']
  const held = await run(['ask', image, 'find all', '--model', 'owlv2-tiny', ...labels], {
    places: { shippedModelsDir: at('told') }
  })
  expect(held.code).toBe(0)
  expect(phrases(held).length).toBeGreaterThan(0)
  expect(['Red Cup', 'boat']).toEqual(expect.arrayContaining([...new Set(phrases(held))]))
  const closed = await run(['ask', image, 'find all', '--model', 'yolos-tiny', ...labels], {
    places: { shippedModelsDir: at('told') }
  })
  expect(closed.code).toBe(1)
  expect(closed.err).toMatch(/cannot be held to a form/)
})

test('models test shows it the middle of a picture', async () => {
  const ran = await run(['models', 'test', 'sam-tiny', '--json'])
  expect(ran.code).toBe(0)
  expect(JSON.parse(ran.out)).toMatchObject({ model: 'sam-tiny', image: 'a.jpg', provider: 'cpu' })
})
