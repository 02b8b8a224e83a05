import { randomUUID } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { ImportItem, ImportRegion } from '../../../src-shared/formats/reading/item'
import { normalizedBox, normalizedPoint } from '../../../src-shared/geometry/space'
import type { ImportOutcome, ImportRules, ProjectStore } from '../../core/ports'
import {
  codeOf,
  everything,
  create,
  dialogue,
  label,
  newProject,
  region,
  removeTemporaryFolders,
  temporaryFolder,
  transaction,
  turn
} from '../test-project'
import { openProject } from '../client'

afterAll(removeTemporaryFolders)

const rules: ImportRules = {
  imageFolders: [],
  sourceFolder: null,
  addImages: 'when-there',
  dryRun: false,
  createdAtMs: 1_700_000_000_000
}

async function finish(store: ProjectStore): Promise<ImportOutcome> {
  for (;;) {
    const progress = await store.importFinish()
    if (progress.state === 'done') return progress.outcome
    if (progress.state === 'look') {
      await store.importFacts(progress.images.map((image) => ({ ...image, size: { width: 8, height: 6 } })))
    }
  }
}
async function load(
  store: ProjectStore,
  items: readonly ImportItem[],
  more: Partial<ImportRules> = {}
): Promise<ImportOutcome> {
  await store.importBegin({ ...rules, ...more })
  for (let at = 0; at < items.length; at += 3) await store.importAdd(items.slice(at, at + 3))
  return finish(store)
}

const image = (key: string, reference = key, more: object = {}): ImportItem => ({
  type: 'image',
  imageKey: key,
  reference,
  size: { width: 640, height: 480 },
  ...more
})
const box = (imageKey: string, key: string, name: string | null, more: Partial<ImportRegion> = {}): ImportRegion => ({
  type: 'region',
  imageKey,
  key,
  shape: { type: 'box', box: normalizedBox(0.1, 0.2, 0.3, 1 / 3) },
  label: name,
  phrase: null,
  ...more
})
const named = (name: string): ImportItem => ({ type: 'label', name })
const says = (imageKey: string, ...keys: readonly string[]): ImportItem => ({
  type: 'dialogue',
  imageKey,
  title: null,
  turns: [
    {
      role: 'user',
      children: [
        { type: 'text', value: 'What is ' },
        { type: 'mention', regionIds: keys }
      ],
      rawText: null
    },
    {
      role: 'assistant',
      children: [{ type: 'phrase', children: [{ type: 'text', value: 'a bird' }], regionIds: keys }],
      rawText: 'raw'
    }
  ]
})
const relates = (imageKey: string, subject: string, object: string): ImportItem => ({
  type: 'relation',
  imageKey,
  subject,
  predicate: 'near',
  object
})
const polygon = (imageKey: string, key: string): ImportRegion =>
  box(imageKey, key, 'bird', {
    shape: {
      type: 'polygon',
      points: [normalizedPoint(0.1, 0.2), normalizedPoint(1 / 3, 0.4), normalizedPoint(0, 0.7)]
    },
    attributes: { occluded: true, track: 7 },
    phrase: 'the red bird',
    state: 'proposed',
    origin: 'model',
    confidence: 0.25
  })

describe('an import', () => {
  it('makes regions, labels in the order of the file, words and marks, and leaves a sound project', async () => {
    const { store, images } = await newProject(3)
    const outcome = await load(store, [
      named('zebra'),
      named('bird'),
      image('a', '000.jpg', { done: true }),
      image('b', '001.jpg'),
      polygon('a', 'r1'),
      box('a', 'r2', 'zebra'),
      box('b', 'r1', null, { attributes: {} }),
      says('a', 'r1', 'r2'),
      relates('a', 'r2', 'r1')
    ])
    expect(outcome.issues).toEqual([])
    expect(outcome.counts).toMatchObject({
      images: 2,
      imagesAdded: 0,
      regions: { polygon: 1, box: 2 },
      labels: 2,
      labelsAdded: 2,
      dialogues: 1,
      turns: 2,
      relations: 1,
      done: 1,
      duplicateRegions: 0
    })
    expect(outcome.labels).toEqual([
      { name: 'zebra', isNew: true, regions: 1 },
      { name: 'bird', isNew: true, regions: 1 }
    ])
    expect((await store.listLabels()).map(({ name, order }) => [name, order])).toEqual([
      ['zebra', 0],
      ['bird', 1]
    ])
    const document = await store.getDocument(images[0] ?? '')
    expect(document.regions).toEqual([
      expect.objectContaining({
        shape: polygon('a', 'r1').shape,
        phrase: 'the red bird',
        state: 'proposed',
        confidence: 0.25,
        provenance: { origin: 'model' },
        attributes: { occluded: true, track: 7 }
      }),
      expect.objectContaining({ state: 'accepted', provenance: { origin: 'import' }, phrase: null })
    ])
    expect(document.regions[1]).not.toHaveProperty('attributes')
    const ids = document.regions.map(({ id }) => id)
    expect(document.turns.map(({ children }) => children)).toEqual([
      [
        { type: 'text', value: 'What is ' },
        { type: 'mention', regionIds: ids }
      ],
      [{ type: 'phrase', children: [{ type: 'text', value: 'a bird' }], regionIds: ids }]
    ])
    expect(document.relations).toMatchObject([{ subject: ids[1], predicate: 'near', object: ids[0] }])
    expect(document.review.done).toBe(true)
    expect((await store.info()).counts).toMatchObject({ regions: 3, proposals: 1, turns: 2, done: 1 })
    expect(await store.history()).toEqual({ undoLabel: 'dataset.import', redoLabel: null })
    expect(outcome.committed).toMatchObject({ seq: 1, kind: 'edit', isBulk: true, transaction: { changes: [] } })
    expect(await store.check()).toEqual([])
    await store.close()
  })

  it('gives the same records in whatever order the file names images, regions and words', async () => {
    const items = [
      named('zebra'),
      image('a', '000.jpg'),
      ...Array.from({ length: 1_200 }, (_, i) => box('a', `r${i}`, i % 2 ? 'zebra' : 'bird')),
      says('a', 'r7', 'r1100'),
      relates('a', 'r900', 'r3'),
      image('b', '001.jpg'),
      polygon('b', 'r0')
    ]
    const shapeOfProject = async (list: readonly ImportItem[]): Promise<unknown> => {
      const { store } = await newProject(2)
      const { counts, issues } = await load(store, list)
      expect(await store.check()).toEqual([])
      const documents: unknown[] = []
      const labels = await store.listLabels()
      for await (const { regions, turns, relations } of store.documents('all')) {
        const place = new Map(regions.map(({ id }, i) => [id, i]))
        documents.push({
          relations: relations.map(({ subject, object }) => [place.has(subject), place.has(object)]),
          regions: regions.map(({ shape, labelId }) => [shape, labels.find(({ id }) => id === labelId)?.name]).sort(),
          words: turns.map(({ children }) =>
            children.map((node) => ('regionIds' in node ? node.regionIds.map((id) => place.has(id)) : node))
          )
        })
      }
      await store.close()
      return { counts, issues, documents, labels: labels.map(({ name }) => name) }
    }
    const forwards = await shapeOfProject(items)
    expect(await shapeOfProject(items.toReversed())).toEqual(forwards)
    expect(forwards).toMatchObject({ counts: { regions: { box: 1_200, polygon: 1 } }, labels: ['zebra', 'bird'] })
  })

  it('uses labels the project has by their exact name and adds others after them', async () => {
    const { store, images } = await newProject(1)
    const dog = label('Dog', 4)
    await store.apply(transaction('label.create', null, create(dog)))
    await load(store, [named('dog'), named('Dog'), image('a', '000.jpg'), box('a', '1', 'Dog'), box('a', '2', 'dog')])
    const labels = await store.listLabels()
    expect(labels.map(({ name, order }) => [name, order])).toEqual([
      ['Dog', 4],
      ['dog', 5]
    ])
    const { regions } = await store.getDocument(images[0] ?? '')
    expect(regions.map(({ labelId }) => labelId)).toEqual([dog.id, labels[1]?.id])
    await store.close()
  })

  it('is undone and redone as one step, also after a restart, with everything as it was', async () => {
    const project = await newProject(2)
    let { store } = project
    const [first = '', second = ''] = project.images
    const own = region(first)
    const talk = dialogue(second)
    await store.apply(transaction('a', first, create(own)))
    await store.apply(transaction('b', second, create(talk), create(turn(talk, 0))))
    const before = await everything(store)
    await load(store, [
      named('bird'),
      image('a', '000.jpg', { done: true }),
      polygon('a', '1'),
      box('a', '2', 'bird'),
      says('a', '1'),
      relates('a', '1', '2'),
      image('b', '001.jpg'),
      box('b', '1', null)
    ])
    const after = await everything(store)
    expect(after).not.toEqual(before)
    const { relations, regions } = await store.getDocument(first)
    const imported = regions.find(({ id }) => id !== own.id)
    const related = relations.map((record) => ({
      kind: 'relation' as const,
      id: record.id,
      before: record,
      after: null
    }))
    await store.apply(
      transaction('c', first, ...related, {
        kind: 'region',
        id: imported?.id ?? '',
        before: imported ?? null,
        after: null
      })
    )
    await store.apply(transaction('d', first, create(region(first))))
    await store.undo()
    await store.undo()
    expect(await everything(store)).toEqual(after)
    expect(await store.undo()).toMatchObject({ kind: 'undo', isBulk: true, transaction: { label: 'dataset.import' } })
    expect(await everything(store)).toEqual(before)
    expect(await store.check()).toEqual([])
    await store.close()

    store = await openProject(project.path)
    expect(await store.history()).toEqual({ undoLabel: 'b', redoLabel: 'dataset.import' })
    expect(await store.redo()).toMatchObject({ kind: 'redo', isBulk: true })
    expect(await everything(store)).toEqual(after)
    expect(await store.check()).toEqual([])
    await store.undo()
    expect(await everything(store)).toEqual(before)
    expect(await store.check()).toEqual([])
    await store.close()
  })

  it('writes nothing in a dry run, and counts what the import then does', async () => {
    const { store } = await newProject(2)
    await load(store, [image('a', '000.jpg'), box('a', '1', 'old'), says('a', '1'), relates('a', '1', '1')])
    const before = await everything(store)
    const items = [
      named('bird'),
      box('a', '9', 'bird'),
      image('a', '000.jpg', { done: true }),
      box('a', '1', 'old'),
      box('a', '2', 'bird', { shape: { type: 'box', box: normalizedBox(0.5, 0.5, 1.5, 0.5) } }),
      says('a', '1'),
      says('a', '2', 'gone'),
      relates('a', '1', '1'),
      relates('a', '2', '1'),
      relates('a', '2', 'gone'),
      image('nowhere'),
      box('nowhere', '1', 'bird'),
      box('unnamed', '1', 'bird')
    ]
    const dry = await load(store, items, { dryRun: true })
    expect(dry.committed).toBeNull()
    expect(await everything(store)).toEqual(before)
    const real = await load(store, items)
    expect(real).toEqual({ ...dry, committed: real.committed })
    expect(real.counts).toMatchObject({
      images: 1,
      regions: { box: 2 },
      duplicateRegions: 1,
      duplicateDialogues: 1,
      duplicateRelations: 1,
      dialogues: 1,
      relations: 1,
      done: 1,
      regionsOutside: 1,
      regionsWithoutArea: 1
    })
    expect(real.issues.map(({ severity, code, count }) => [severity, code, count])).toEqual([
      ['skip', 'import/image-not-found', 1],
      ['skip', 'import/record-without-image', 2],
      ['skip', 'import/dangling-relation', 1],
      ['doubt', 'import/dangling-region', 1]
    ])
    expect(await store.check()).toEqual([])
    await store.close()
  })

  it('a predicate keeps which region is its subject and which its object', async () => {
    const { store, images } = await newProject(1)
    const predicate = { type: 'phrase', children: [{ type: 'text', value: 'on' }], regionIds: ['0', '1'] } as const
    const { issues } = await load(store, [
      image('a', '000.jpg'),
      box('a', '0', null),
      box('a', '1', null, { shape: { type: 'box', box: normalizedBox(0.1, 0.1, 0.3, 0.3) } }),
      {
        type: 'dialogue',
        imageKey: 'a',
        title: null,
        turns: [{ role: 'assistant', children: [{ ...predicate, roles: ['subject', 'object'] }], rawText: null }]
      }
    ])
    const { turns } = await store.getDocument(images[0] ?? '')
    expect([issues, turns[0]?.children[0]]).toMatchObject([[], { type: 'phrase', roles: ['subject', 'object'] }])
    await store.close()
  })

  it('takes a region that was imported before for the one that words mean', async () => {
    const { store, images } = await newProject(1)
    await load(store, [image('a', '000.jpg'), box('a', '1', 'bird')])
    await load(store, [image('a', '000.jpg'), box('a', '1', 'bird'), says('a', '1')])
    const { regions, turns } = await store.getDocument(images[0] ?? '')
    expect(regions).toHaveLength(1)
    expect(turns[1]?.children[0]).toMatchObject({ regionIds: [regions[0]?.id] })
    expect(await store.check()).toEqual([])
    await store.close()
  })
})

describe('images of an import', () => {
  it('are found as written, below the root, in the folders given, and by their name where it is unique', async () => {
    const { store, folder } = await newProject(1)
    await store.registerImages([])
    for (const path of ['a/x.jpg', 'b/x.jpg', 'b/only.jpg', 'train/7.jpg']) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), 'x')
    }
    await load(
      store,
      ['a/x.jpg', 'b/x.jpg', 'b/only.jpg'].map((path) => image(path))
    )
    const { counts, issues } = await load(
      store,
      [
        image('1', './a/x.jpg'),
        image('2', 'b\\x.jpg'),
        image('3', '/data/of/somebody/only.jpg'),
        image('4', join(folder, 'b/x.jpg')),
        image('5', 'x.jpg'),
        image('6', '../b/x.jpg'),
        image('7', '7.jpg'),
        image('8', '/data/of/somebody/b/x.jpg'),
        image('9', 'scans/a/x.jpg'),
        ...['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((key) => box(key, key, null))
      ],
      { imageFolders: ['train'], sourceFolder: join(folder, '..') }
    )
    expect(counts).toMatchObject({ images: 4, imagesAdded: 1, regions: { box: 8 } })
    expect(issues.find(({ code }) => code === 'import/image-ambiguous')?.examples.map(({ record }) => record)).toEqual([
      'x.jpg'
    ])
    expect((await store.listImages({ filter: 'all', offset: 0, limit: 9 })).items.at(-1)?.image).toMatchObject({
      relativePath: 'train/7.jpg',
      size: { width: 640, height: 480 },
      sizeBytes: 1,
      status: 'ok'
    })
    await store.close()
  })

  it('are found by a name whose extension is a guess, registered or not, and not where two have it', async () => {
    const { store, folder } = await newProject(1)
    for (const name of ['c.png', 'two.png', 'two.webp']) writeFileSync(join(folder, name), 'x')
    const guessed = (key: string): ImportItem => image(key, `${key}.jpg`, { isExtensionGuessed: true })
    const { counts } = await load(store, [guessed('c'), box('c', '1', null)])
    expect(counts).toMatchObject({ images: 1, imagesAdded: 1, regions: { box: 1 } })
    expect((await load(store, [guessed('c')])).counts).toMatchObject({ images: 1, imagesAdded: 0 })
    await load(store, [image('two.png'), image('two.webp')])
    expect((await load(store, [guessed('c.png/deep'), guessed('no/such')])).counts).toMatchObject({ images: 0 })
    writeFileSync(join(folder, 'three.bmp'), 'x')
    writeFileSync(join(folder, 'three.tif'), 'x')
    expect((await load(store, [guessed('three')])).issues.map(({ code }) => code)).toEqual(['import/image-ambiguous'])
    const { issues } = await load(store, [guessed('two')])
    expect(issues.map(({ code, count }) => [code, count])).toEqual([['import/image-ambiguous', 1]])
    await store.close()
  })

  it('of one name are told apart by where the file that names them lies', async () => {
    const { store } = await newProject(1)
    await load(store, [image('train/7.jpg'), image('val/7.jpg')], { addImages: 'always' })
    const { counts, issues } = await load(store, [
      image('1', '7.jpg', { folder: 'Annotations/train' }),
      image('2', '7.jpg', { folder: 'val' }),
      image('3', '7.jpg', { folder: 'test' }),
      ...['1', '2', '3'].map((key) => box(key, key, null))
    ])
    expect(counts).toMatchObject({ images: 2, regions: { box: 2 } })
    expect(issues.map(({ code, count }) => [code, count])).toEqual([
      ['import/image-ambiguous', 1],
      ['import/record-without-image', 1]
    ])
    await store.close()
  })

  it('that share only their name do not end on one image', async () => {
    const { store } = await newProject(1)
    const { issues, counts } = await load(store, [
      image('1', 'train/000.jpg'),
      image('2', 'val/000.jpg'),
      image('3', 'train/000.jpg'),
      ...['1', '2', '3'].map((key) => box(key, key, null))
    ])
    expect(counts).toMatchObject({ images: 1, regions: { box: 2 } })
    expect(issues.map(({ code, count }) => [code, count])).toEqual([
      ['import/image-ambiguous', 1],
      ['import/record-without-image', 1]
    ])
    await store.close()
  })

  it('outside the image root are never added, by no kind of reference and no link', async () => {
    const outside = temporaryFolder()
    writeFileSync(join(outside, 'secret.jpg'), 'x')
    const { store, folder } = await newProject(1)
    symlinkSync(outside, join(folder, 'way-out'))
    symlinkSync(join(outside, 'secret.jpg'), join(folder, 'link.jpg'))
    writeFileSync(join(folder, 'notes.txt'), 'x')
    const references = ['way-out/secret.jpg', 'link.jpg', join(outside, 'secret.jpg'), '../secret.jpg', 'notes.txt']
    const { counts, issues } = await load(
      store,
      references.map((reference) => image(reference))
    )
    expect(counts).toMatchObject({ images: 0, imagesAdded: 0 })
    expect(issues).toMatchObject([{ code: 'import/image-not-found', count: references.length }])
    await store.close()
  })

  it('without a stated size are given out to be looked at', async () => {
    const { store, folder } = await newProject(1)
    writeFileSync(join(folder, 'new.jpg'), 'x')
    await load(store, [image('a', 'new.jpg', { size: null }), box('a', '1', null)])
    const { items } = await store.listImages({ filter: 'all', offset: 1, limit: 9 })
    expect(items[0]?.image.size).toEqual({ width: 8, height: 6 })
    expect(await store.check()).toEqual([])
    await store.close()
  })

  it('that nobody has are kept as missing when a file is converted', async () => {
    const { store } = await newProject(0)
    const references = [
      '/home/me/a.jpg',
      'C:\\you\\a.jpg',
      'b/a.jpg',
      'https://some.host/x/b.jpg?v=1',
      '/home/me/a.jpg'
    ]
    await load(store, [...references.map((name, i) => image(`${i}`, name)), box('0', '1', null), box('4', '1', null)], {
      addImages: 'always'
    })
    const { items } = await store.listImages({ filter: 'all', offset: 0, limit: 9 })
    expect(items.map(({ image: { relativePath }, regionCount }) => [relativePath, regionCount])).toEqual([
      ['a.jpg', 2],
      ['you/a.jpg', 0],
      ['b/a.jpg', 0],
      ['b.jpg', 0]
    ])
    expect(items[0]?.image).toMatchObject({
      relativePath: 'a.jpg',
      status: 'missing',
      size: { width: 640, height: 480 }
    })
    expect(await store.check()).toEqual([])
    await store.close()
  })

  it.each([
    [{ width: 480, height: 640 }, /480 × 640 .* 640 × 480, which is that turned/],
    [{ width: 320, height: 240 }, /320 × 240 .* 640 × 480\.$/]
  ])('whose size is another one than the file says are named', async (size, message) => {
    const { store } = await newProject(1)
    const { issues } = await load(store, [image('a', '000.jpg', { size })])
    expect(issues).toMatchObject([{ severity: 'doubt', code: 'import/size-differs', count: 1 }])
    expect(issues[0]?.examples[0]?.message).toMatch(message)
    await store.close()
  })
})

describe('doubts', () => {
  const at = (key: string, x0: number, y0: number, x1: number, y1: number): ImportItem =>
    box('a', key, null, { shape: { type: 'box', box: normalizedBox(x0 / 640, y0 / 480, x1 / 640, y1 / 480) } })
  const codes = async (...items: readonly ImportItem[]): Promise<readonly string[]> => {
    const { store } = await newProject(1)
    const { issues } = await load(store, [image('a', '000.jpg'), ...items], { dryRun: true })
    await store.close()
    return issues.map(({ code }) => code)
  }
  it('name fractions that were read as pixels', async () => {
    expect(await codes(at('1', 0.1, 0.2, 0.9, 1), at('2', 0, 0, 0.5, 0.5))).toEqual(['import/maybe-normalized'])
    expect(await codes(at('1', 0.1, 0.2, 0.9, 1), at('2', 0, 0, 50, 50))).toEqual([])
    expect(await codes(at('1', 0, 0, 1, 1))).toEqual([])
  })
  it('name x and y that are swapped', async () => {
    expect(await codes(at('1', 100, 500, 200, 600), at('2', 10, 10, 20, 20))).toEqual(['import/maybe-swapped-axes'])
    expect(await codes(at('1', 100, 500, 200, 700))).toEqual([])
  })
  it('leave out regions that are none, and say which', async () => {
    const { store } = await newProject(1)
    const { issues, counts } = await load(store, [
      image('a', '000.jpg'),
      at('1', NaN, 0, 1, 1),
      box('a', '2', null, { shape: { type: 'polygon', points: [] } }),
      box('a', '3', null, { confidence: 7 }),
      box('a', '4', 'cat'),
      box('a', '4', 'dog')
    ])
    expect(counts.regions).toEqual({ box: 2 })
    expect(issues.map(({ code, count, examples }) => [code, count, examples.map(({ record }) => record)])).toEqual([
      ['import/bad-region', 3, ['1', '2', '3']],
      ['import/duplicate-key', 1, ['4']]
    ])
    await store.close()
  })
})

describe('until an import is finished', () => {
  it('nobody sees it, and other changes wait', async () => {
    const { store, images } = await newProject(2)
    const [first = ''] = images
    const before = await everything(store)
    await store.importBegin(rules)
    await store.importAdd([image('a', '000.jpg'), box('a', '1', 'bird')])
    expect(await everything(store)).toEqual(before)
    expect(await codeOf(store.apply(transaction('x', first, create(region(first)))))).toBe('store/importing')
    expect(await codeOf(store.undo())).toBe('store/importing')
    expect(await codeOf(store.importBegin(rules))).toBe('store/importing')
    await store.importCancel()
    expect(await everything(store)).toEqual(before)
    expect(await codeOf(store.importAdd([]))).toBe('store/no-import')
    expect(await codeOf(store.importFinish())).toBe('store/no-import')
    await store.importCancel()
    await store.apply(transaction('x', first, create(region(first))))
    expect(await store.check()).toEqual([])
    await store.close()
  })

  it('closing the project leaves nothing of it', async () => {
    const project = await newProject(1)
    const before = await everything(project.store)
    await project.store.importBegin(rules)
    await project.store.importAdd([image('a', '000.jpg'), box('a', '1', 'bird')])
    await project.store.close()
    const store = await openProject(project.path)
    expect(await everything(store)).toEqual(before)
    await store.close()
  })

  it('a mistake in the middle ends it, and a new one begins from the start', async () => {
    const { store } = await newProject(1)
    const before = await everything(store)
    await store.importBegin(rules)
    await store.importAdd([image('a', '000.jpg'), box('a', '1', 'bird')])
    expect(await codeOf(store.importFacts([{ id: randomUUID() } as never]))).toBe(undefined)
    expect(await codeOf(store.importFinish())).toBe('store/no-import')
    expect(await everything(store)).toEqual(before)
    expect((await load(store, [image('a', '000.jpg'), box('a', '1', 'bird')])).counts.regions).toEqual({ box: 1 })
    await store.close()
  })
})
