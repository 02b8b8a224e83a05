import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import type { RegionRecord, TurnRecord } from '../../src-shared/document/records'
import type { AnnotationShape } from '../../src-shared/geometry/region-shape'
import { normalizedBox } from '../../src-shared/geometry/space'
import { phrase, text } from '../../src-shared/grounded/build'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'
import { exportStore } from './exports'
import type { ExportRequest } from './exports'
import type { ProjectStore } from './ports'

let t: TestCore
let store: ProjectStore
beforeEach(async () => {
  t = await createTestCore(['a.jpg'], '', (opened) => (store = opened))
  await t.open()
  await correctOneAnswer()
})
afterEach(() => t.remove())
afterAll(closeTestMedia)

/** A model's box of half the width, moved by half of its width: intersection 1/2 of it, union 3/2, so IoU 1/3. */
async function correctOneAnswer(): Promise<void> {
  const imageId = (await t.imageIds())[0] ?? ''
  const box = (x0: number, x1: number): AnnotationShape => ({ type: 'box', box: normalizedBox(x0, 0, x1, 1) })
  const region: RegionRecord = {
    id: 'r',
    imageId,
    shape: box(0.25, 0.75),
    labelId: null,
    phrase: 'the dog',
    state: 'corrected',
    original: box(0, 0.5),
    confidence: null,
    provenance: { origin: 'model', turnId: 't1' },
    createdAtMs: 1
  }
  const turn = (order: number, patch: Pick<TurnRecord, 'role' | 'children' | 'provenance'>): TurnRecord => ({
    id: `t${order}`,
    dialogueId: 'd',
    imageId,
    order,
    rawText: null,
    status: 'complete',
    statusReason: null,
    timings: null,
    createdAtMs: 1,
    ...patch
  })
  const question = turn(0, { role: 'user', children: [text('Where?')], provenance: { origin: 'human' } })
  const answer = turn(1, {
    role: 'assistant',
    children: [phrase([text('the dog')], ['r'])],
    provenance: { origin: 'model' }
  })
  await t.core.handlers['document.apply']({
    transaction: {
      id: 'x',
      label: 'test',
      origin: 'human',
      imageId,
      createdAtMs: 1,
      changes: [
        { kind: 'region', id: 'r', before: null, after: region },
        { kind: 'dialogue', id: 'd', before: null, after: { id: 'd', imageId, title: null, createdAtMs: 1 } },
        { kind: 'turn', id: question.id, before: null, after: question },
        { kind: 'turn', id: answer.id, before: null, after: answer }
      ]
    }
  })
}

test.each<[string, ExportRequest['corrections'], number, string[]]>([
  ['every correction when nothing is asked for', undefined, 1, []],
  ['a correction inside the range', { minIou: 0.3, maxIou: 0.4 }, 1, []],
  ['none that moved a region too far', { minIou: 0.4 }, 0, ['correction-too-large']],
  ['none that hardly changed anything', { maxIou: 0.3 }, 0, ['correction-too-small']]
])(
  'an export of corrections holds %s, and its manifest says what was asked',
  async (_, corrections, pairs, reasons) => {
    const folder = join(t.folder, 'out')
    const { files, skipped } = await exportStore(store, {
      formats: ['corrections-llama-factory'],
      folder,
      dialect: 'qwen2-vl',
      includeProposals: false,
      overwrite: false,
      ...(corrections === undefined ? {} : { corrections })
    })
    const written = await Promise.all(files.map(async ({ path }) => readFile(path, 'utf8')))
    expect(written.flatMap((content) => content.match(/"least_iou"/g) ?? [])).toHaveLength(pairs)
    expect(skipped.map(({ reason }) => reason)).toEqual(reasons)
    const manifest = JSON.parse(
      await readFile(join(folder, 'corrections-llama-factory.manifest.json'), 'utf8')
    ) as object
    expect((manifest as { corrections?: object }).corrections).toEqual(corrections)
  }
)

test('a range that nothing can be in is refused before anything is made', async () => {
  const folder = join(t.folder, 'never')
  const run = t.core.handlers['export.run']({
    formats: ['corrections-ms-swift'],
    folder: null,
    dialect: 'shikra',
    includeProposals: false,
    overwrite: false,
    corrections: { minIou: 0.6, maxIou: 0.5 }
  })
  await expect(run).rejects.toMatchObject({ code: 'export/iou-range' })
  await expect(readFile(join(folder, 'ms-swift-dpo.jsonl'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a pair says how long the person took over the answer, as the journal has it', async () => {
  const imageId = (await t.imageIds())[0] ?? ''
  const [region] = (await t.core.handlers['document.get']({ imageId })).regions
  const moved = { ...(region as RegionRecord), phrase: 'the brown dog' }
  await t.core.handlers['document.apply']({
    transaction: {
      id: 'y',
      label: 'region.phrase',
      origin: 'human',
      imageId,
      createdAtMs: 4_001,
      changes: [{ kind: 'region', id: 'r', before: region as RegionRecord, after: moved }]
    }
  })
  const request = { formats: ['corrections-ms-swift'], dialect: 'shikra', includeProposals: false, overwrite: false }
  const { files } = await exportStore(store, { ...request, folder: join(t.folder, 'timed') })
  const pairs = await readFile(files.find(({ path }) => path.endsWith('dpo.jsonl'))?.path ?? '', 'utf8')
  expect(JSON.parse(pairs)).toMatchObject({ eyrie: { edit_ms: 4_000 } })
})
