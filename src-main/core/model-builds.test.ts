import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import type { RegionRecord } from '../../src-shared/document/records'
import type { Change } from '../../src-shared/document/transaction'
import { normalizedBox } from '../../src-shared/geometry/space'
import type { BuildRequest } from '../../src-shared/ipc/contract'
import { sendStream, startServer, streamOf } from '../endpoints/testing'
import type { Handler, TestServer } from '../endpoints/testing'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'

let t: TestCore
let server: TestServer
let answerWith: Handler
let ids: readonly string[]

beforeEach(async () => {
  answerWith = (_, response) => sendStream(response, streamOf(['<ref>A dog</ref>[0.100, 0.200, 0.300, 0.800] sits.']))
  server = await startServer((received, response, count) => answerWith(received, response, count))
  t = await createTestCore(['a.jpg', 'b.jpg', 'c.jpg'])
  await t.open()
  ids = await t.imageIds()
  const label: Change = {
    ...{ kind: 'label', id: 'dog', before: null },
    after: { id: 'dog', name: 'dog', colour: '#112233', order: 0 }
  }
  await apply(null, [label])
  for (const imageId of ids) {
    const after: RegionRecord = {
      ...{ id: `r-${imageId}`, imageId, labelId: 'dog', phrase: null, state: 'accepted', original: null },
      ...{ confidence: null, createdAtMs: 1, provenance: { origin: 'human' } },
      shape: { type: 'box', box: normalizedBox(0.1, 0.2, 0.3, 0.8) }
    }
    await apply(imageId, [{ kind: 'region', id: after.id, before: null, after }])
  }
  await t.core.handlers['endpoints.put']({
    ...{ id: 'lab', name: 'Lab', baseUrls: [server.baseUrl], model: 'm', dialect: 'qwen3-vl', space: 'original' },
    keyVariable: null
  })
}, 60_000)
afterEach(async () => {
  await server.close()
  await t.remove()
})
afterAll(closeTestMedia)

let applied = 0
const apply = (imageId: string | null, changes: readonly Change[]): Promise<unknown> =>
  t.core.handlers['document.apply']({
    transaction: { id: `x${applied++}`, label: 'test', origin: 'human', imageId, createdAtMs: 1, changes }
  })
const allow = (): Promise<unknown> => t.core.handlers['endpoints.allow']({ id: 'lab', hosts: [server.host] })
const request = (mostImages: number | null, seed = 0): BuildRequest => ({
  ...{ recipe: 'llava', seed, language: 'en', perImage: 1, includeProposals: false, usesPoints: false },
  without: ['conversation', 'reasoning'],
  model: { endpoint: 'lab', mostImages }
})
const asked = { requestId: 'q', dialect: 'shikra', limit: 2 }
const turns = async (): Promise<readonly string[]> =>
  (await Promise.all(ids.map((imageId) => t.core.handlers['document.get']({ imageId })))).flatMap((document) =>
    document.turns.map(({ provenance }) => `${provenance.origin} ${provenance.modelId ?? ''}`)
  )

test('what would be sent is shown and sent nowhere: captions, labels and boxes, no image', async () => {
  const { requests, images, examples } = await t.core.handlers['build.contexts']({ request: request(null), limit: 1 })
  expect({ requests, images }).toEqual({ requests: 3, images: 3 })
  expect(examples).toMatchObject([
    { task: 'detail', user: expect.stringContaining('dog: [0.100, 0.200, 0.300, 0.800]') }
  ])
  expect(server.received).toEqual([])
})

test('nothing is asked before the server is allowed, and its first word ends the asking', async () => {
  const refused = t.core.handlers['build.write']({ requestId: 'w', request: request(null) })
  await expect(refused).rejects.toMatchObject({ code: 'endpoint/not-allowed' })
  expect(server.received).toEqual([])
  expect(await turns()).toEqual([])
})

test('samples are asked for once; all of them are written as a model’s, and one undo takes them back', async () => {
  await allow()
  const sample = await t.core.handlers['build.ask']({ ...asked, request: request(null) })
  expect(sample.asked).toMatchObject({ requests: 2, answered: 2, used: 2, failed: [], known: 0 })
  expect(sample.dialogues.map(({ origin }) => origin)).toEqual(['model', 'model'])
  expect(server.received).toHaveLength(2)
  expect(await turns()).toEqual([])

  const written = await t.core.handlers['build.write']({ requestId: 'w', request: request(null) })
  expect(written).toMatchObject({ dialogues: 3, steps: 1, asked: { requests: 3, known: 2, used: 3 } })
  expect(server.received).toHaveLength(3)
  expect(await turns()).toEqual(Array.from({ length: 6 }, () => 'model lab'))
  expect(new Set(t.events('build.progress').map(({ phase }) => phase))).toEqual(new Set(['asking', 'building']))
  await t.core.handlers['history.undo']({})
  expect(await turns()).toEqual([])
})

test('the seed draws the images, and more of them hold fewer', async () => {
  const drawn = async (most: number, seed: number): Promise<readonly string[]> =>
    (await t.core.handlers['build.contexts']({ request: request(most, seed), limit: 9 })).examples.map(
      ({ image }) => image
    )
  expect(await drawn(2, 7)).toEqual(await drawn(2, 7))
  const [one = ''] = await drawn(1, 7)
  expect(await drawn(2, 7)).toContain(one)
  const first = new Set(await Promise.all(Array.from({ length: 12 }, (_, seed) => drawn(1, seed).then(String))))
  expect(first.size).toBe(3)
})

test('what the boxes contradict, and answers that cannot be read, are counted and not written', async () => {
  await allow()
  answerWith = (_, response) =>
    sendStream(response, streamOf(['There are exactly 4 dogs [0.500, 0.500, 0.900, 0.900] on the grass.']))
  const { asked: report, steps } = await t.core.handlers['build.write']({ requestId: 'w', request: request(1) })
  expect(steps).toBe(0)
  expect(report).toMatchObject({ requests: 1, answered: 1, used: 0 })
  expect(Object.keys(report?.problems ?? {})).toEqual(
    expect.arrayContaining(['build/box-unknown', 'lint/count-contradicts-regions'])
  )
})

test('a server that fails is told by its own word, one that fails sometimes is counted', async () => {
  await allow()
  answerWith = (_, response) => void response.writeHead(404).end()
  const none = t.core.handlers['build.ask']({ ...asked, request: request(null) })
  await expect(none).rejects.toMatchObject({ code: 'endpoint/not-there' })
  answerWith = (_, response, count) => {
    if (count % 2 === 0) response.writeHead(400).end('too many words')
    else sendStream(response, streamOf(['<ref>A dog</ref>[0.100, 0.200, 0.300, 0.800] sits.']))
  }
  const { asked: report } = await t.core.handlers['build.write']({ requestId: 'w', request: request(null) })
  expect((report?.answered ?? 0) + (report?.failed[0]?.count ?? 0)).toBe(3)
  expect(report?.failed).toMatchObject([{ code: 'endpoint/refused' }])
})

test('asking ends within a second of being cancelled, and nothing is written', async () => {
  await allow()
  answerWith = () => undefined
  const run = t.core.handlers['build.write']({ requestId: 'w', request: request(null) })
  const ended = expect(run).rejects.toMatchObject({ code: 'build/cancelled' })
  await expect.poll(() => server.received.length).toBeGreaterThan(0)
  const from = performance.now()
  expect(await t.core.handlers['build.cancel']({ requestId: 'w' })).toEqual({ cancelled: true })
  await ended
  expect(performance.now() - from).toBeLessThan(1000)
  expect(await turns()).toEqual([])
})
