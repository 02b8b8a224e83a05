import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import type { RegionRecord, TurnRecord } from '../../src-shared/document/records'
import { phrase, text } from '../../src-shared/grounded/build'
import type { Format } from '../../src-shared/formats/format'
import { labelmeJson } from '../../src-shared/formats/labelme'
import { normalizedBox } from '../../src-shared/geometry/space'
import { writePicture } from '../testing/pictures'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'
import { NotCertified } from './export-certificate'
import { exportStore } from './exports'
import type { ProjectStore } from './ports'

let t: TestCore
let store: ProjectStore
afterEach(() => t.remove())
afterAll(closeTestMedia)

async function open(phrase: string | null): Promise<string> {
  const pictures = (folder: string): Promise<void> => writePicture(join(folder, 'a.jpg'), { width: 640, height: 480 })
  t = await createTestCore(pictures, '', (opened) => (store = opened))
  await t.open()
  const [imageId = ''] = await t.imageIds()
  const region: RegionRecord = {
    ...{ id: 'r1', imageId, labelId: 'dog', phrase, state: 'accepted', original: null, confidence: null },
    ...{
      createdAtMs: 1,
      provenance: { origin: 'human' },
      shape: { type: 'box', box: normalizedBox(0.25, 0.5, 0.75, 1) }
    }
  }
  const label = { id: 'dog', name: 'dog', colour: '#112233', order: 0 }
  for (const changes of [
    [{ kind: 'label' as const, id: 'dog', before: null, after: label }],
    [{ kind: 'region' as const, id: 'r1', before: null, after: region }]
  ])
    await store.apply({
      id: String(Math.random()),
      label: 'test',
      origin: 'human',
      imageId: null,
      changes,
      createdAtMs: 1
    })
  return imageId
}
/** LabelMe with its shapes changed on the way. */
const changed = (change: (shape: Record<string, unknown>) => Record<string, unknown>): Format => ({
  ...labelmeJson,
  encode(source, options) {
    const inner = labelmeJson.encode(source, options)
    async function* chunks() {
      for await (const chunk of inner.chunks) {
        if (!chunk.fileName.endsWith('a.json')) yield chunk
        else {
          const record = JSON.parse(chunk.text) as { shapes: Record<string, unknown>[] }
          yield { ...chunk, text: JSON.stringify({ ...record, shapes: record.shapes.map(change) }) }
        }
      }
    }
    return { chunks: chunks(), summary: inner.summary }
  }
})
async function refusalOf(format: Format) {
  const request = { formats: [format.info.id], folder: join(t.folder, 'out'), dialect: 'shikra' }
  try {
    await exportStore(store, { ...request, includeProposals: false, overwrite: false }, () => format)
  } catch (error) {
    if (error instanceof NotCertified) return error.refusal
    throw error
  }
  throw new Error('it was certified')
}

test('a region that moved is named with its place in pixels, its image, and how far it moved', async () => {
  const imageId = await open('the dog')
  const moved = changed((shape) => ({
    ...shape,
    points: (shape['points'] as number[][]).map(([x = 0, y = 0], i) => (i === 0 ? [x + 3.5, y + 1] : [x, y]))
  }))
  const { silent, differences, counts } = await refusalOf(moved)
  expect(silent).toMatchObject({ 'round-trip/region-missing': 1 })
  expect(differences.find(({ code }) => code === 'round-trip/region-missing')).toEqual({
    ...{ code: 'round-trip/region-missing', image: 'a.jpg', imageId, movedPx: 3.5 },
    region: { id: 'r1', kind: 'box', name: 'dog', boundsPx: [160, 240, 480, 480] },
    message: 'box “dog” at 160, 240 – 480, 480 px of a.jpg came back 3.5 px away.'
  })
  expect(counts?.regions).toEqual({ out: 1, back: 1 })
})

test('words that changed are named as they were and as they are', async () => {
  await open('the dog')
  const { code, differences } = await refusalOf(
    changed((shape) => ({ ...shape, description: 'a dog', eyrie: undefined }))
  )
  expect(code).toBe('round-trip/phrase')
  expect(differences[0]).toMatchObject({ was: '"the dog"', now: '"a dog"', region: { id: 'r1' } })
})

test('a window is answered with what was lost, not with an error; what is written in the end has no refusal', async () => {
  await open(' the dog ')
  const asked = { folder: null, dialect: 'shikra', includeProposals: false, overwrite: false }
  const report = await t.core.handlers['export.run']({ ...asked, formats: ['shikra-jsonl', 'flickr30k-entities'] })
  expect(report.refused).toBeNull()
  // Space at the ends of a phrase is not kept by Shikra's readers, and that is said.
  expect(report.losses).toMatchObject([{ code: 'format/phrase-ends' }])
  expect(report.files.map(({ fileName }) => fileName)).toContain('shikra-rec.jsonl')
  await mkdir(join(t.imagesDir, 'exports'), { recursive: true })
  expect(await readdir(join(t.imagesDir, 'exports', 'flickr30k-entities'))).toEqual(['Annotations', 'Sentences'])
})

test('a phrase with a comma goes out in a dialect that marks no phrases, and what is not marked is said', async () => {
  const imageId = await open(null)
  const dialogue = { id: 'd', imageId, title: null, createdAtMs: 1 }
  const turn = (id: string, order: number, role: TurnRecord['role'], children: TurnRecord['children']): TurnRecord => ({
    ...{ id, dialogueId: 'd', imageId, order, role, children, rawText: null, status: 'complete', statusReason: null },
    ...{ provenance: { origin: 'human' }, timings: null, createdAtMs: 1 }
  })
  const turns = [
    turn('q', 0, 'user', [text('What is there?')]),
    turn('a', 1, 'assistant', [phrase('The dog, which is brown', ['r1']), text(' sleeps.')])
  ]
  const changes = [
    { kind: 'dialogue' as const, id: 'd', before: null, after: dialogue },
    ...turns.map((after) => ({ kind: 'turn' as const, id: after.id, before: null, after }))
  ]
  await store.apply({ id: 'turns', label: 'test', origin: 'human', imageId: null, changes, createdAtMs: 1 })
  const asked = { folder: null, includeProposals: false, overwrite: true, formats: ['llava-json'] }
  const inShikra = await t.core.handlers['export.run']({ ...asked, dialect: 'shikra' })
  expect(inShikra).toMatchObject({ refused: null, certificates: [{ notHeld: { 'phrase-extent': 1 } }] })
  const inMarks = await t.core.handlers['export.run']({ ...asked, dialect: 'qwen-vl' })
  expect(inMarks.refused).toBeNull()
  expect(inMarks.certificates[0]?.notHeld).not.toHaveProperty('phrase-extent')
})
