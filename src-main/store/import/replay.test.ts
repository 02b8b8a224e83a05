import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { ImageDocument } from '../../../src-shared/document/records'
import type { ImportItem } from '../../../src-shared/formats/reading/item'
import { normalizedBox, normalizedPoint } from '../../../src-shared/geometry/space'
import type { ProjectStore } from '../../core/ports'
import { openProject } from '../client'
import { connect } from '../database'
import {
  change,
  codeOf,
  create,
  everything,
  label,
  newProject,
  region,
  remove,
  removeTemporaryFolders,
  transaction
} from '../test-project'

afterAll(removeTemporaryFolders)

const rules = {
  imageFolders: [],
  sourceFolder: null,
  addImages: 'when-there',
  dryRun: false,
  createdAtMs: 1_700_000_000_000
} as const

async function load(store: ProjectStore, items: readonly ImportItem[]): Promise<void> {
  await store.importBegin(rules)
  await store.importAdd(items)
  while ((await store.importFinish()).state !== 'done');
}

const image = (name: string, more: object = {}): ImportItem => ({
  type: 'image',
  imageKey: name,
  reference: name,
  size: { width: 640, height: 480 },
  ...more
})
const box = (name: string, key: string, classed: string | null): ImportItem => ({
  type: 'region',
  imageKey: name,
  key,
  shape: { type: 'box', box: normalizedBox(0.1, 0.2, 0.3, 1 / 3) },
  label: classed,
  phrase: null
})
const outline = (name: string, key: string): ImportItem => ({
  type: 'region',
  imageKey: name,
  key,
  shape: {
    type: 'polygon',
    points: [normalizedPoint(0.1, 0.2), normalizedPoint(1 / 3, 0.4), normalizedPoint(0, 0.7), normalizedPoint(0, 0.3)]
  },
  label: 'bird',
  phrase: null
})
const says = (name: string, key: string): ImportItem => ({
  type: 'dialogue',
  imageKey: name,
  title: 'seen',
  turns: [
    { role: 'user', children: [{ type: 'mention', regionIds: [key] }], rawText: null },
    { role: 'assistant', children: [{ type: 'text', value: 'a bird' }], rawText: 'raw' }
  ]
})
const relates = (name: string, subject: string, object: string): ImportItem => ({
  type: 'relation',
  imageKey: name,
  subject,
  predicate: 'near',
  object
})
/** One of each kind, with the image marked as done. */
const oneOfEach: readonly ImportItem[] = [
  { type: 'label', name: 'bird' },
  image('000.jpg', { done: true }),
  outline('000.jpg', '1'),
  box('000.jpg', '2', 'bird'),
  says('000.jpg', '1'),
  relates('000.jpg', '1', '2')
]
const many = (count: number): readonly ImportItem[] => [
  image('000.jpg'),
  image('001.jpg'),
  ...Array.from({ length: count }, (_, i) => outline(i % 2 === 0 ? '000.jpg' : '001.jpg', String(i)))
]

/** Changes the file of a closed project. */
function tamper(path: string, sql: string): void {
  const database = connect(path, 'write')
  try {
    database.pragma('foreign_keys = OFF')
    database.exec(sql)
  } finally {
    database.close()
  }
}

describe('an import that is taken back or repeated', () => {
  it('tells how far it is, lets others read the project as it was, and lets changes wait', async () => {
    const { store, images } = await newProject(2)
    const [first = ''] = images
    const before = await everything(store)
    await load(store, many(9_000))
    const after = await everything(store)
    const counts: number[] = []
    const seen: Promise<number>[] = []
    const look = ({ done, total }: { readonly done: number; readonly total: number }): void => {
      expect(total).toBe(9_001)
      counts.push(done)
      seen.push(store.getDocument(first).then(({ regions }) => regions.length))
    }
    const undone = store.undo(look)
    const own = region(first)
    const applied = store.apply(transaction('own', first, create(own)))
    expect(await undone).toMatchObject({ kind: 'undo', isBulk: true })
    expect(counts.length).toBeGreaterThan(0)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    // The last look may come after the end.
    for (const count of (await Promise.all(seen)).slice(0, -1)) expect(count).toBe(4_500)
    await applied
    expect((await store.getDocument(first)).regions).toEqual([own])
    expect(await store.history()).toEqual({ undoLabel: 'own', redoLabel: null })
    await store.undo()
    expect(await everything(store)).toEqual(before)

    await load(store, many(9_000))
    await store.undo()
    const [redone, again] = await Promise.all([store.redo(), store.undo()])
    expect([redone?.kind, again?.kind]).toEqual(['redo', 'undo'])
    await store.redo()
    expect((await store.info()).counts).toEqual((after as { readonly counts: unknown }).counts)
    expect(await store.check()).toEqual([])
    await store.close()
  })

  it('is left as it was when the project is closed in the middle', async () => {
    const { path, store } = await newProject(2)
    await load(store, many(9_000))
    const after = await everything(store)
    let closed: Promise<void> | null = null
    expect(await codeOf(store.undo(() => (closed ??= store.close())))).toBe('store/closed')
    await closed
    const again = await openProject(path)
    expect(await everything(again)).toEqual(after)
    expect(await again.history()).toEqual({ undoLabel: 'dataset.import', redoLabel: null })
    expect(await again.check()).toEqual([])
    await again.close()
  })

  it('finds labels of others again though their numbers are other ones', async () => {
    const { store, images } = await newProject(1)
    const [first = ''] = images
    const other = label('other', 0)
    const bird = label('bird', 1)
    await store.apply(transaction('other', null, create(other)))
    await store.apply(transaction('bird', null, create(bird), remove(other)))
    await load(store, [image('000.jpg'), box('000.jpg', '1', 'bird'), box('000.jpg', '2', 'cat')])
    const after = await everything(store)
    for (let i = 0; i < 3; i += 1) await store.undo()
    for (let i = 0; i < 3; i += 1) await store.redo()
    expect(await everything(store)).toEqual(after)
    const { regions } = await store.getDocument(first)
    expect(regions.map(({ labelId }) => labelId).includes(bird.id)).toBe(true)
    expect(await store.check()).toEqual([])
    await store.close()
  })

  it('keeps the mark of an image that somebody had set and taken away', async () => {
    const { store, images } = await newProject(1)
    const [first = ''] = images
    const mark = (before: boolean): Promise<unknown> =>
      store.apply(transaction('mark', first, change({ id: first, done: before }, { id: first, done: !before })))
    await mark(false)
    await mark(true)
    await load(store, oneOfEach)
    const after = await everything(store)
    for (let round = 0; round < 2; round += 1) {
      for (let i = 0; i < 3; i += 1) {
        await store.undo()
        expect(await store.check()).toEqual([])
      }
      for (let i = 0; i < 3; i += 1) {
        await store.redo()
        expect(await store.check()).toEqual([])
      }
      expect(await everything(store)).toEqual(after)
    }
    await store.close()
  })

  it('is refused when something else uses what it made, or when some of it is gone, and nothing changes', async () => {
    const { path, store } = await newProject(1)
    await load(store, oneOfEach)
    await store.close()
    const foreign = `INSERT INTO relation (id, image_seq, subject_seq, predicate, object_seq, origin, created_at_ms)
      SELECT 'foreign', image_seq, subject_seq, 'on', object_seq, 'human', 1 FROM relation`
    const undo = async (): Promise<unknown> => {
      const again = await openProject(path)
      const before = await everything(again)
      const code = await codeOf(again.undo())
      expect(await everything(again)).toEqual(before)
      expect(await again.history()).toMatchObject({ undoLabel: 'dataset.import' })
      await again.close()
      return code
    }
    tamper(path, foreign)
    expect(await undo()).toBe('store/conflict')
    tamper(path, "DELETE FROM relation WHERE id = 'foreign'; DELETE FROM turn WHERE role = 'assistant'")
    expect(await undo()).toBe('store/conflict')
  })

  it('brings damage back as it was, for the check to find', async () => {
    const { path, store } = await newProject(1)
    const before = await everything(store)
    await load(store, oneOfEach)
    await store.close()
    tamper(path, "UPDATE region SET created_at_ms = 7 WHERE shape_type = 'box'")
    const again = await openProject(path)
    const findings = await again.check()
    expect(findings.map(({ code }) => code)).toEqual(['store/checksum'])
    await again.undo()
    expect(await again.check()).toEqual([])
    expect(await everything(again)).toEqual(before)
    await again.redo()
    expect(await again.check()).toEqual(findings)
    await again.close()
  })
})

describe('an import of an earlier format', () => {
  it('has no sums of its own, and is taken back and repeated all the same', async () => {
    const { path, store } = await newProject(1)
    const before = await everything(store)
    await load(store, oneOfEach)
    const after = await everything(store)
    await store.close()
    tamper(path, 'UPDATE import_entry SET image_sums = NULL')
    const again = await openProject(path)
    await again.undo()
    expect(await everything(again)).toEqual(before)
    expect(await again.check()).toEqual([])
    await again.redo()
    expect(await everything(again)).toEqual(after)
    expect(await again.check()).toEqual([])
    await again.close()
  })

  it('is repeated from its parts, and then taken back like any other', async () => {
    const { path, store } = await newProject(1)
    const before = await everything(store)
    await load(store, oneOfEach)
    const after = (await everything(store)) as {
      readonly documents: readonly ImageDocument[]
      readonly labels: object[]
    }
    await store.undo()
    await store.close()
    const parts: (readonly [string, object])[] = after.documents.flatMap(({ relations, turns, regions, dialogues }) => [
      ...relations.map((record) => ['relation', record] as const),
      ...turns.map((record) => ['turn', record] as const),
      ...regions.map((record) => ['region', record] as const),
      ...dialogues.map((record) => ['dialogue', record] as const)
    ])
    parts.push(...after.labels.map((record) => ['label', record] as const))
    const json = JSON.stringify(parts).replaceAll("'", "''")
    tamper(
      path,
      ['label', 'region', 'dialogue', 'turn', 'link', 'relation']
        .map((kind) => `DELETE FROM undone_${kind};`)
        .join('') +
        `UPDATE import_entry SET image_sums = NULL;
         INSERT INTO import_part SELECT journal_seq, 0, '${json}' FROM import_entry`
    )
    const again = await openProject(path)
    await again.redo()
    expect(await everything(again)).toEqual(after)
    expect(await again.check()).toEqual([])
    await again.undo()
    expect(await everything(again)).toEqual(before)
    expect(await again.check()).toEqual([])
    await again.redo()
    expect(await everything(again)).toEqual(after)
    await again.close()
  })
})

const hook = new URL('../../../scripts/from-source.mjs', import.meta.url).href
const child = fileURLToPath(new URL('./replay-child.ts', import.meta.url))

/** Kills a process that takes an import back and repeats it again and again, `afterMs` after it began. */
function killed(path: string, afterMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, ['--import', hook, child, path], { stdio: ['ignore', 'pipe', 'pipe'] })
    let errors = ''
    process_.stdout.once('data', () => setTimeout(() => process_.kill('SIGKILL'), afterMs))
    process_.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    process_.on('error', reject)
    process_.on('close', () => resolve(errors))
  })
}

it('A4, A5: killed at any moment of an undo or a redo, the project has all of the import or nothing', async () => {
  const { path, store } = await newProject(2)
  const before = await everything(store)
  await load(store, many(4_000))
  const after = await everything(store)
  await store.close()
  for (let round = 0; round < 4; round += 1) {
    expect(await killed(path, Math.random() * 150)).toBe('')
    const again = await openProject(path)
    const isUndone = (await again.history()).undoLabel === null
    expect(await everything(again)).toEqual(isUndone ? before : after)
    expect(await again.check()).toEqual([])
    await again.close()
  }
}, 60_000)
