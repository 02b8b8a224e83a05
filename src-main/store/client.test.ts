import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import type { ImageDocument } from '../../src-shared/document/records'
import { normalizedBox, normalizedPoint } from '../../src-shared/geometry/space'
import { openProject } from './client'
import {
  change,
  create,
  dialogue,
  label,
  newProject,
  region,
  remove,
  removeTemporaryFolders,
  scanned,
  transaction,
  turn
} from './test-project'

afterAll(removeTemporaryFolders)

describe('a project', () => {
  it('gives back every record exactly as it was committed, also after it was closed', async () => {
    const { store, path, images, folder } = await newProject()
    const [imageId = ''] = images
    const bird = label('bird', 0.5)
    const box = region(imageId, {
      labelId: bird.id,
      shape: { type: 'box', box: normalizedBox(-0.25, Math.PI / 10, 0.1 + 0.2, Number.MIN_VALUE) },
      phrase: '山雀 \u0000 “x”',
      state: 'corrected',
      original: { type: 'box', box: normalizedBox(0, 0, 1, 1) },
      confidence: 0.123456789012345,
      provenance: { origin: 'model', modelId: 'falconet', provider: 'cpu', turnId: 't' }
    })
    const point = region(imageId, { shape: { type: 'point', point: normalizedPoint(0.3, 0.7) } })
    const talk = dialogue(imageId)
    const asked = turn(talk, 0, {
      children: [
        { type: 'text', value: 'What is ' },
        { type: 'mention', regionIds: [point.id] },
        {
          type: 'phrase',
          regionIds: [box.id, point.id],
          children: [{ type: 'raw', value: '<', reason: 'x/y', position: { start: 1, end: 2 } }]
        }
      ],
      timings: { imageMs: 1, visionMs: 2.5, prefillMs: 3, decodeMs: 4, totalMs: 5, promptTokens: 6, newTokens: 7 }
    })
    const committed = await store.apply(
      transaction('region.create', imageId, create(box), create(bird), create(point), create(asked), create(talk))
    )
    expect(committed).toMatchObject({ seq: 1, kind: 'edit' })
    const before = await store.getDocument(imageId)
    await store.close()

    const again = await openProject(path)
    expect(again.openingNotices).toEqual([])
    expect(again.imageRoot).toBe(folder)
    const document = await again.getDocument(imageId)
    expect(document).toEqual(before)
    expect(document.regions).toEqual([box, point])
    expect(document.dialogues).toEqual([talk])
    expect(document.turns).toEqual([asked])
    expect(await again.getTurns(talk.id)).toEqual([asked])
    expect(await again.listLabels()).toEqual([bird])
    expect(await again.check()).toEqual([])
    expect(await again.info()).toMatchObject({ name: 'Birds', lastSeq: 1, counts: { images: 2, regions: 2, turns: 1 } })
    await again.close()
  })

  it('refuses a change whose `before` is not what is stored, and changes nothing', async () => {
    const { store, images } = await newProject()
    const [imageId = ''] = images
    const box = region(imageId)
    await store.apply(transaction('region.create', imageId, create(box)))
    const moved = { ...box, phrase: 'moved' }
    await store.apply(transaction('region.edit', imageId, change(box, moved)))

    const other = region(imageId)
    await expect(
      store.apply(transaction('region.edit', imageId, create(other), change(box, { ...box, phrase: 'stale' })))
    ).rejects.toMatchObject({
      code: 'store/conflict',
      data: { kind: 'region', id: box.id, reason: 'changed' }
    })
    await expect(store.apply(transaction('region.create', imageId, create(box)))).rejects.toMatchObject({
      data: { reason: 'exists' }
    })
    await expect(store.apply(transaction('region.delete', imageId, remove(other)))).rejects.toMatchObject({
      data: { reason: 'missing' }
    })
    expect((await store.getDocument(imageId)).regions).toEqual([moved])
    expect(await store.info()).toMatchObject({ lastSeq: 2, counts: { regions: 1 } })
    await store.close()
  })

  it('stores a transaction once however often it is sent, and refuses its id for another change', async () => {
    const { store, images } = await newProject()
    const [imageId = ''] = images
    const edit = transaction('region.create', imageId, create(region(imageId)))
    const first = await store.apply(edit)
    expect(await store.apply(structuredClone(edit))).toEqual(first)
    await expect(
      store.apply({ ...transaction('region.create', imageId, create(region(imageId))), id: edit.id })
    ).rejects.toMatchObject({
      code: 'store/transaction-id-reused'
    })
    expect((await store.getDocument(imageId)).regions).toHaveLength(1)
    await store.undo()
    expect(await store.apply(edit)).toEqual(first)
    expect((await store.getDocument(imageId)).regions).toHaveLength(0)
    await store.close()
  })

  it('refuses records that are no records, with what is wrong in words', async () => {
    const { store, images } = await newProject()
    const [imageId = ''] = images
    const bad = (more: object): Promise<unknown> =>
      store.apply(transaction('region.create', imageId, create({ ...region(imageId), ...more })))
    await expect(bad({ shape: { type: 'box', box: [0, 0, Number.NaN, 1] } })).rejects.toMatchObject({
      code: 'store/invalid-transaction'
    })
    await expect(bad({ confidence: 2 })).rejects.toThrow(/confidence is not between 0 and 1/)
    await expect(bad({ attributes: { crowd: [] } })).rejects.toThrow(/attributes "crowd" is not a finite number/)
    await expect(bad({ tags: {} })).rejects.toThrow(/tags is unknown to this version/)
    await expect(bad({ state: 'maybe' })).rejects.toThrow(/state is none of/)
    await expect(store.apply(transaction('x', imageId, create(region(images[1] ?? ''))))).rejects.toThrow(
      /another image/
    )
    await expect(store.apply(transaction('nothing', imageId))).rejects.toThrow(/holds no change/)
    expect(await store.info()).toMatchObject({ lastSeq: 0 })
    await store.close()
  })

  it('refuses references to images, labels and dialogues that are not there', async () => {
    const { store, images } = await newProject()
    const [imageId = ''] = images
    const code = { code: 'store/dangling-reference' }
    const bird = label('bird')
    const talk = dialogue(imageId)
    await expect(store.apply(transaction('x', null, create(region('nowhere'))))).rejects.toMatchObject(code)
    await expect(store.apply(transaction('x', 'nowhere', create(region('nowhere'))))).rejects.toMatchObject(code)
    await expect(
      store.apply(transaction('x', imageId, create(region(imageId, { labelId: bird.id }))))
    ).rejects.toMatchObject(code)
    await expect(store.apply(transaction('x', imageId, create(turn(talk, 0))))).rejects.toMatchObject(code)
    const box = region(imageId, { labelId: bird.id })
    await store.apply(transaction('x', imageId, create(box), create(bird), create(talk), create(turn(talk, 0))))
    await expect(store.apply(transaction('x', null, remove(bird)))).rejects.toThrow(/still the label/)
    await expect(store.apply(transaction('x', imageId, remove(talk)))).rejects.toThrow(/still has turns/)
    await store.apply(transaction('x', null, remove(bird), change(box, { ...box, labelId: null })))
    expect(await store.check()).toEqual([])
    await store.close()
  })

  it('treats a review that was never stored as not done', async () => {
    const { store, images } = await newProject()
    const [imageId = ''] = images
    await store.apply(
      transaction('review.done', imageId, change({ id: imageId, done: false }, { id: imageId, done: true }))
    )
    expect((await store.getDocument(imageId)).review).toEqual({ id: imageId, done: true })
    expect(await store.info()).toMatchObject({ counts: { done: 1 } })
    await store.undo()
    expect((await store.getDocument(imageId)).review).toEqual({ id: imageId, done: false })
    await store.apply(transaction('review.done', imageId, change(null, { id: imageId, done: true })))
    expect((await store.listImages({ filter: 'done', offset: 0, limit: 9 })).total).toBe(1)
    expect(await store.check()).toEqual([])
    await store.close()
  })
})

describe('images', () => {
  it('are added, updated and marked missing by a scan; a moved file keeps its labels by its hash (B6)', async () => {
    const { store, images } = await newProject(0)
    expect(images).toEqual([])
    const hash = 'a'.repeat(64)
    expect(await store.registerImages([scanned('a.jpg', { contentHash: hash }), scanned('b.jpg')])).toEqual({
      added: 2,
      updated: 0,
      missing: 0
    })
    const [a] = (await store.listImages({ filter: 'all', offset: 0, limit: 1 })).items
    const box = region(a?.image.id ?? '')
    await store.apply(transaction('region.create', box.imageId, create(box)))

    expect(await store.registerImages([scanned('a.jpg'), scanned('b.jpg', { sizeBytes: 2000 })])).toEqual({
      added: 0,
      updated: 1,
      missing: 0
    })
    expect((await store.getImage(box.imageId))?.contentHash).toBe(hash)

    expect(await store.registerImages([scanned('sub/a2.jpg', { contentHash: hash })])).toEqual({
      added: 0,
      updated: 1,
      missing: 1
    })
    expect(await store.getDocument(box.imageId)).toMatchObject({
      image: { relativePath: 'sub/a2.jpg', status: 'ok' },
      regions: [box]
    })
    expect(
      (await store.listImages({ filter: 'problems', offset: 0, limit: 9 })).items.map((item) => item.image)
    ).toMatchObject([{ relativePath: 'b.jpg', status: 'missing' }])
    expect(await store.registerImages([])).toEqual({ added: 0, updated: 0, missing: 2 })
    expect(await store.check()).toEqual([])
    await store.close()
  })

  it('register as fast when all files are equal as when all differ (B17)', async () => {
    const registering = async (hashOf: (i: number) => string): Promise<number> => {
      const { store } = await newProject(0)
      const images = Array.from({ length: 6000 }, (_, i) => scanned(`${i}.jpg`, { contentHash: hashOf(i) }))
      const start = performance.now()
      await store.registerImages(images)
      const elapsed = performance.now() - start
      await store.close()
      return elapsed
    }
    const different = await registering((i) => i.toString(16).padStart(64, '0'))
    const equal = await registering(() => 'b'.repeat(64))
    expect(equal).toBeLessThan(different * 5 + 200)
  })

  it('are listed by filter in registration order with their counts', async () => {
    const { store, images } = await newProject(5)
    const [first = '', second = '', third = ''] = images
    const talk = dialogue(third)
    await store.apply(
      transaction(
        'x',
        null,
        create(region(first)),
        create(region(first, { state: 'proposed' })),
        create(region(second, { state: 'rejected' })),
        create(talk),
        create(turn(talk, 0)),
        create({ id: second, done: true })
      )
    )
    const page = async (
      filter: 'all' | 'todo' | 'done' | 'proposals' | 'problems',
      offset = 0,
      limit = 2
    ): Promise<unknown> => {
      const { total, items } = await store.listImages({ filter, offset, limit })
      return [total, items.map((item) => images.indexOf(item.image.id))]
    }
    expect(await page('all')).toEqual([5, [0, 1]])
    expect(await page('all', 4)).toEqual([5, [4]])
    expect(await page('todo', 1)).toEqual([4, [2, 3]])
    expect(await page('done')).toEqual([1, [1]])
    expect(await page('proposals')).toEqual([1, [0]])
    expect(await page('problems')).toEqual([0, []])
    const { items } = await store.listImages({ filter: 'all', offset: 0, limit: 5 })
    expect(
      items.map(({ regionCount, proposalCount, turnCount, done }) => [regionCount, proposalCount, turnCount, done])
    ).toEqual([
      [2, 1, 0, false],
      [0, 0, 0, true],
      [0, 0, 1, false],
      [0, 0, 0, false],
      [0, 0, 0, false]
    ])
    await expect(
      store.listImages({ filter: 'todo; DROP TABLE image' as 'todo', offset: 0, limit: 1 })
    ).rejects.toMatchObject({ code: 'store/bad-query' })
    await store.close()
  })

  it('lists the least certain proposals first, as they are decided', async () => {
    const { store, images } = await newProject(4)
    const [a = '', b = '', c = '', d = ''] = images
    const proposal = (imageId: string, confidence: number | null) => region(imageId, { state: 'proposed', confidence })
    const [sure, unsure, doubtful] = [proposal(a, 0.9), proposal(b, 0.2), proposal(d, 0.4)]
    const rest = [proposal(b, 0.7), proposal(c, null), region(a, { confidence: 0.1 }), proposal(d, null)]
    await store.apply(transaction('ask', null, ...[sure, unsure, doubtful, ...rest].map(create)))
    const listed = async (): Promise<unknown> => {
      const { total, items } = await store.listImages({ filter: 'proposals', order: 'certainty', offset: 0, limit: 9 })
      expect(total).toBe(items.length)
      return items.map((item) => [images.indexOf(item.image.id), item.leastConfidence])
    }
    const before = [[1, 0.2], [3, 0.4], [0, 0.9], [2, null]] // prettier-ignore
    expect(await listed()).toEqual(before)
    const { items } = await store.listImages({ filter: 'proposals', order: 'certainty', offset: 1, limit: 2 })
    expect(items.map((item) => images.indexOf(item.image.id))).toEqual([3, 0])

    await store.apply(transaction('accept', null, change(unsure, { ...unsure, state: 'accepted' }), remove(doubtful)))
    expect(await listed()).toEqual([[1, 0.7], [0, 0.9], [2, null], [3, null]]) // prettier-ignore
    await store.undo()
    expect(await listed()).toEqual(before)
    expect(await store.check()).toEqual([])
    await expect(store.listImages({ filter: 'all', order: 'certainty', offset: 0, limit: 1 })).rejects.toMatchObject({
      code: 'store/bad-query'
    })
    await store.close()
  })

  it('refuses paths that leave the image root', async () => {
    const { store } = await newProject(0)
    for (const path of ['../a.jpg', '/etc/a.jpg', 'a/../../b.jpg', '', 'a//b.jpg']) {
      await expect(store.registerImages([scanned(path)])).rejects.toMatchObject({ code: 'store/invalid-image' })
    }
    await store.close()
  })
})

describe('documents', () => {
  it('stream in pages as they were when the reading began', async () => {
    const { store, images } = await newProject(450)
    const regions = images.filter((_, index) => index % 2 === 0).map((imageId) => region(imageId))
    await store.apply(transaction('import', null, ...regions.map(create)))
    const seen: ImageDocument[] = []
    for await (const document of store.documents('annotated')) {
      if (seen.length === 0) await store.apply(transaction('late', null, ...regions.slice(100).map(remove)))
      seen.push(document)
    }
    expect(seen.map((document) => document.regions)).toEqual(regions.map((record) => [record]))
    let all = 0
    for await (const document of store.documents('all')) {
      expect(document.image.id).toBe(images[all])
      all += 1
      if (all === 300) break
    }
    await store.close()
  })

  it('rejects an unknown image by name', async () => {
    const { store } = await newProject(1)
    await expect(store.getDocument(randomUUID())).rejects.toMatchObject({ code: 'store/image-not-found' })
    expect(await store.getImage('x')).toBeNull()
    await store.close()
    await expect(store.info()).rejects.toMatchObject({ code: 'store/closed' })
  })
})
