import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ImageDocument, RegionRecord } from '../../src-shared/document/records'
import { regionRecord } from '../../src-shared/document/testing'
import { compressedFromMask, emptyMask, maskFromBox } from '../../src-shared/geometry/mask'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { normalizedBox, normalizedPoint, pixelBox } from '../../src-shared/geometry/space'
import type { ModelSummary, Result } from '../../src-shared/ipc/contract'
import { parseParams, transactionSchema } from '../../src-shared/ipc/schemas'
import { TEST_MODEL, answerOf, untilCancelled } from '../testing/scripted-inference'
import type { Script } from '../testing/scripted-inference'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'

const MASKER: ModelSummary = { ...TEST_MODEL, id: 'masker', name: 'Masker', forms: [], makesMasks: true }
const SIZE = { width: 64, height: 48 }
const counts = compressedFromMask(maskFromBox(pixelBox(8, 8, 24, 30), SIZE))
const masking: Script = async () => ({
  ...answerOf(''),
  masks: [
    { size: SIZE, counts, predictedIou: 1.02 },
    { size: SIZE, counts: compressedFromMask(emptyMask(SIZE)), predictedIou: 0.2 }
  ]
})

let t: TestCore
let imageId: string
beforeEach(async () => {
  t = await createTestCore()
  await t.open()
  imageId = (await t.imageIds())[0] ?? ''
  t.inference.models = [TEST_MODEL, MASKER]
  t.inference.script = masking
})
afterEach(() => t.remove())
afterAll(closeTestMedia)

const BOX: RegionShape = { type: 'box', box: normalizedBox(-0.25, 0.125, 0.5, 0.75) }
const POINT: RegionShape = { type: 'point', point: normalizedPoint(0.25, 0.5) }
const region = (id: string, shape: RegionShape, phrase: string | null = null): RegionRecord =>
  regionRecord(id, { imageId, shape, phrase })
let count = 0
const put = (before: RegionRecord | null, after: RegionRecord): Promise<unknown> =>
  t.core.handlers['document.apply']({
    transaction: {
      id: `t${++count}`,
      label: 'test',
      origin: 'human',
      imageId,
      changes: [{ kind: 'region', id: after.id, before, after }],
      createdAtMs: 1
    }
  })
const make = (regionIds: readonly string[], requestId = `m${++count}`): Promise<Result<'mask.make'>> =>
  t.core.handlers['mask.make'](parseParams('mask.make', { requestId, imageId, regionIds, modelId: null }))
const document = (): Promise<ImageDocument> => t.core.handlers['document.get']({ imageId })

test('a box and a point on it become a proposed mask with their words, which knows them and can be undone', async () => {
  await put(null, region('box', BOX, 'red dog'))
  await put(null, region('point', POINT))
  const made = await make(['box', 'point'])
  expect(t.inference.requests[0]).toMatchObject({
    modelId: 'masker',
    messages: [],
    mask: { box: [0, 0.125, 0.5, 0.75], points: [{ point: [0.25, 0.5], isInside: true }] }
  })
  expect((await document()).regions.find(({ id }) => id === made?.regionIds[0])).toMatchObject({
    shape: { type: 'mask', size: SIZE, counts },
    phrase: 'red dog',
    state: 'proposed',
    confidence: 1,
    provenance: { origin: 'model', modelId: 'masker', provider: 'cpu', shownRegions: ['box', 'point'] }
  })
  expect(() => transactionSchema.parse(made?.committed.transaction)).not.toThrow()
  await t.core.handlers['history.undo']({})
  expect((await document()).regions.map(({ id }) => id)).toEqual(['box', 'point'])
  await t.core.handlers['history.redo']({})
  expect((await document()).regions).toHaveLength(3)
})

test('a place that is not one object in the image is refused before a model is asked', async () => {
  await put(null, region('a', BOX))
  await put(null, region('b', BOX))
  await put(null, region('out', { type: 'point', point: normalizedPoint(1.2, 0.5) }))
  await put(null, region('beside', { type: 'box', box: normalizedBox(1.1, 0, 1.5, 1) }))
  await put(null, region('point', POINT))
  await expect(make(['a', 'b', 'point'])).rejects.toMatchObject({ code: 'mask/several-boxes' })
  await expect(make(['out'])).rejects.toMatchObject({ code: 'mask/outside' })
  await expect(make(['beside'])).rejects.toMatchObject({ code: 'mask/outside' })
  await expect(make(['gone'])).rejects.toMatchObject({ code: 'mask/unknown-region' })
  expect(() => parseParams('mask.make', { requestId: 'x', imageId, regionIds: [], modelId: null })).toThrow()
  expect(t.inference.requests).toEqual([])
})

test('without a model that makes masks it is said what to import; nothing there is said too', async () => {
  await put(null, region('a', BOX))
  t.inference.models = [TEST_MODEL]
  await expect(make(['a'])).rejects.toMatchObject({
    code: 'model/no-masker',
    nextStep: expect.stringContaining('prompt_encoder_mask_decoder.onnx') as string
  })
  t.inference.models = [MASKER]
  t.inference.script = async () => ({ ...answerOf(''), masks: [] })
  await expect(make(['a'])).rejects.toMatchObject({ code: 'inference/no-mask' })
  expect((await document()).regions).toHaveLength(1)
})

test('several boxes are an object each: their masks are one step, and those without an object are told', async () => {
  await put(null, region('a', BOX, 'cat'))
  await put(null, region('b', { type: 'box', box: normalizedBox(0.5, 0.5, 0.9, 0.9) }))
  await put(null, region('c', { type: 'box', box: normalizedBox(0, 0, 0.2, 0.2) }, 'dog'))
  t.inference.script = async (request, ...rest) =>
    request.mask?.box?.[0] === 0.5 ? { ...answerOf(''), masks: [] } : masking(request, ...rest)
  const made = await make(['a', 'b', 'c'])
  expect(made?.without).toEqual(['b'])
  const masks = (await document()).regions.filter(({ shape }) => shape.type === 'mask')
  expect(masks.map(({ phrase, provenance }) => [phrase, provenance.shownRegions])).toEqual([
    ['cat', ['a']],
    ['dog', ['c']]
  ])
  expect(made?.regionIds).toEqual(masks.map(({ id }) => id))
  await t.core.handlers['history.undo']({})
  expect((await document()).regions).toHaveLength(3)
  t.inference.script = async () => ({ ...answerOf(''), masks: [] })
  await expect(make(['a', 'b'])).rejects.toMatchObject({ code: 'inference/no-mask' })
})

describe('a mask that is no longer wanted', () => {
  test('is stopped and leaves nothing', async () => {
    await put(null, region('a', BOX))
    t.inference.script = untilCancelled('')
    const making = make(['a'], 'stop-me')
    await expect.poll(() => t.inference.requests.length).toBe(1)
    expect(await t.core.handlers['mask.cancel']({ requestId: 'stop-me' })).toEqual({ cancelled: true })
    expect(await making).toBeNull()
    expect(await t.core.handlers['mask.cancel']({ requestId: 'stop-me' })).toEqual({ cancelled: false })
    expect((await document()).regions).toHaveLength(1)
  })

  test('because its box was moved meanwhile, is dropped and said', async () => {
    const box = region('a', BOX)
    await put(null, box)
    t.inference.script = async (...asked) => {
      await put(box, { ...box, shape: { type: 'box', box: normalizedBox(0.5, 0.5, 0.9, 0.9) } })
      return masking(...asked)
    }
    await expect(make(['a'])).rejects.toMatchObject({ code: 'mask/dropped' })
    expect((await document()).regions).toHaveLength(1)
  })

  test('because its project closes, is stopped with it', async () => {
    await put(null, region('a', BOX))
    t.inference.script = untilCancelled('')
    const making = make(['a'])
    await expect.poll(() => t.inference.requests.length).toBe(1)
    await t.core.handlers['project.close']({})
    expect(await making).toBeNull()
  })
})
