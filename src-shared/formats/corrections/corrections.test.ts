import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { qwen2Vl } from '../../dialects/qwen-vl'
import type { ImageDocument, RegionRecord, TurnRecord } from '../../document/records'
import { documentRecord, imageRecord, regionRecord, turnRecord } from '../../document/testing'
import type { RegionShape } from '../../geometry/region-shape'
import { normalizedBox } from '../../geometry/space'
import { mention, phrase, text } from '../../grounded/build'
import type { GroundedNode } from '../../grounded/nodes'
import type { CorrectionOptions, Format } from '../format'
import { llamaFactory } from '../llama-factory'
import { msSwift } from '../ms-swift'
import { readDialogues, SIZE } from '../kit/conversation/read-dialogues'
import { correctionsLlamaFactory, correctionsMsSwift } from '.'

const box = (x0: number, y0: number, x1: number, y1: number): RegionShape => ({
  type: 'box',
  box: normalizedBox(x0 / 640, y0 / 480, x1 / 640, y1 / 480)
})
const GIVEN = box(0, 0, 100, 100)
const RIGHT = box(50, 0, 150, 100)
const region = (id: string, patch: Partial<RegionRecord> = {}): RegionRecord =>
  regionRecord(id, { shape: GIVEN, provenance: { origin: 'model' }, createdAtMs: 0, ...patch })
const moved = (id: string, shape = RIGHT): RegionRecord => region(id, { state: 'corrected', shape, original: GIVEN })
const refused = (id: string): RegionRecord => region(id, { state: 'rejected' })
const drawn = (id: string): RegionRecord =>
  region(id, { provenance: { origin: 'human' }, shape: box(200, 0, 300, 100) })

const turn = (order: number, children: readonly GroundedNode[], patch: Partial<TurnRecord> = {}): TurnRecord =>
  turnRecord(order, children, { createdAtMs: 0, ...patch })
const ask = turn(0, [text('Where?')])
const documentOf = (regions: readonly RegionRecord[], turns: readonly TurnRecord[]): ImageDocument =>
  documentRecord({ image: imageRecord({ size: SIZE }), regions, turns })

interface Pair {
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly objects?: { readonly ref: readonly string[]; readonly bbox: readonly (readonly number[])[] }
  readonly rejected_messages: Pair['messages']
  readonly rejected_objects?: Pair['objects']
  readonly chosen: { readonly content: string }
  readonly rejected: { readonly content: string }
  readonly eyrie: { readonly least_iou: number; readonly regions: readonly object[]; readonly edit_ms?: number }
}

async function write(format: Format, document: ImageDocument, corrections: CorrectionOptions = {}) {
  const files: Record<string, string> = {}
  const run = format.encode(
    { labels: [], documents: () => [document] },
    { dialect: qwen2Vl, includeProposals: true, corrections }
  )
  for await (const { fileName, text: part } of run.chunks) files[fileName] = (files[fileName] ?? '') + part
  const dpo = files[format.info.fileName] ?? ''
  const pairs = (
    dpo.startsWith('[')
      ? JSON.parse(dpo)
      : dpo
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line))
  ) as Pair[]
  return {
    files,
    pairs,
    skipped: Object.fromEntries(run.summary().skipped.map(({ reason, count }) => [reason, count]))
  }
}

const both = [correctionsMsSwift, correctionsLlamaFactory] as const

describe('a pair is the model’s answer and the corrected one', () => {
  const document = documentOf(
    [moved('r'), region('k')],
    [ask, turn(1, [phrase('the dog', ['r']), text(' by '), mention('k')])]
  )

  test('ms-swift: two conversations, each with the places of its own answer', async () => {
    const { pairs } = await write(correctionsMsSwift, document)
    expect(pairs).toHaveLength(1)
    expect(pairs[0]).toMatchObject({
      messages: [
        { role: 'user', content: '<image>\nWhere?' },
        { role: 'assistant', content: '<ref-object><bbox> by <bbox>' }
      ],
      objects: {
        ref: ['the dog'],
        bbox: [
          [50, 0, 150, 100],
          [0, 0, 100, 100]
        ]
      },
      rejected_messages: [{ role: 'user' }, { role: 'assistant', content: '<ref-object><bbox> by <bbox>' }],
      rejected_objects: {
        ref: ['the dog'],
        bbox: [
          [0, 0, 100, 100],
          [0, 0, 100, 100]
        ]
      },
      rejected_images: ['a.jpg']
    })
  })

  test('LLaMA-Factory: chosen and rejected in the dialect, and entries that name the columns', async () => {
    const { pairs, files } = await write(correctionsLlamaFactory, document)
    expect(pairs[0]).toMatchObject({
      messages: [{ role: 'user', content: '<image>\nWhere?' }],
      chosen: { role: 'assistant', content: expect.stringContaining('(78,0),(234,208)') },
      rejected: { role: 'assistant', content: expect.not.stringContaining('(78,0),(234,208)') }
    })
    const info = JSON.parse(files['dataset_info.json'] ?? '') as Record<string, object>
    expect(info['eyrie_dpo']).toMatchObject({ ranking: true, columns: { chosen: 'chosen', rejected: 'rejected' } })
  })

  test.each(both)('$info.id: how far each region was moved, and how long it took', async (format) => {
    const { pairs } = await write(format, document, { editMs: () => 1500 })
    expect(pairs[0]?.eyrie).toEqual({
      least_iou: 0.333333,
      edit_ms: 1500,
      regions: [
        { change: 'moved', iou: 0.333333, before: [0, 0, 100, 100], after: [50, 0, 150, 100] },
        { change: 'kept', iou: 1, before: [0, 0, 100, 100], after: [0, 0, 100, 100] }
      ]
    })
  })

  test('the IoU is that of the boxes, for any move', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -99, max: 99 }), async (dx) => {
        fc.pre(dx !== 0)
        const shape = box(200 + dx, 0, 300 + dx, 100)
        const made = region('r', { state: 'corrected', shape, original: box(200, 0, 300, 100) })
        const { pairs } = await write(correctionsMsSwift, documentOf([made], [ask, turn(1, [mention('r')])]))
        const common = 100 - Math.abs(dx)
        expect(pairs[0]?.eyrie.least_iou).toBeCloseTo(common / (200 - common), 5)
      }),
      { numRuns: 50 }
    )
  })

  test('a refused region leaves its words, an added one was no part of the model’s answer', async () => {
    const children = [phrase('a cat', ['no']), text(' and '), phrase('a dog', ['new', 'k'])]
    const { pairs } = await write(
      correctionsMsSwift,
      documentOf([refused('no'), drawn('new'), region('k')], [ask, turn(1, children)])
    )
    expect(pairs[0]?.messages[1]?.content).toBe('a cat and <ref-object><bbox><bbox>')
    expect(pairs[0]?.objects?.bbox).toEqual([
      [200, 0, 300, 100],
      [0, 0, 100, 100]
    ])
    expect(pairs[0]?.rejected_messages[1]?.content).toBe('<ref-object><bbox> and <ref-object><bbox>')
    expect(pairs[0]?.eyrie).toMatchObject({
      least_iou: 0,
      regions: [{ change: 'refused' }, { change: 'added' }, { change: 'kept' }]
    })
  })
})

describe('dialogues as they should have been', () => {
  const document = documentOf(
    [moved('r'), refused('no')],
    [
      ask,
      turn(1, [mention('r')]),
      turn(2, [text('And '), mention('r'), text('?')]),
      turn(3, [phrase('a cat', ['no']), text(' too')])
    ]
  )
  test('final answers stand in the place of the model’s, in what comes before a later pair too', async () => {
    const { files, pairs } = await write(correctionsMsSwift, document)
    const { turns, pixels, said } = await readDialogues(msSwift, { 'a.jsonl': files['ms-swift-sft.jsonl'] ?? '' })
    expect(turns).toEqual(['user: Where?', 'assistant: ‹1›', 'user: And ‹1›?', 'assistant: a cat too'])
    expect([pixels, said]).toEqual([[[50, 0, 150, 100]], []])
    expect(pairs[1]?.rejected_objects?.bbox).toEqual([
      [50, 0, 150, 100],
      [50, 0, 150, 100],
      [0, 0, 100, 100]
    ])
  })

  test('the readers of both formats read the files, and keep what a person chose', async () => {
    const { files } = await write(correctionsLlamaFactory, document)
    const read = await readDialogues(
      llamaFactory,
      { 'a.json': files['llama-factory-dpo.json'] ?? '' },
      { dialect: qwen2Vl }
    )
    expect(read.turns.at(-1)).toBe('assistant: a cat too')
    expect(new Set(read.said)).toEqual(new Set(['note import/refused-answer']))
    const swift = await write(correctionsMsSwift, document)
    const chosen = await readDialogues(msSwift, { 'a.jsonl': swift.files['ms-swift-dpo.jsonl'] ?? '' })
    expect(chosen.turns.at(-1)).toBe('assistant: a cat too')
  })
})

describe('what teaches nothing is left out and counted', () => {
  const answer = turn(1, [mention('r')])
  const only = (made: RegionRecord, given = answer): ImageDocument => documentOf([made], [ask, given])
  test.each<[what: string, document: ImageDocument, options: CorrectionOptions, skipped: object]>([
    [
      'a region nobody has looked at',
      only(region('r', { state: 'proposed' })),
      {},
      { 'correction-unreviewed': 2, 'image-without-dialogue': 1 }
    ],
    ['an answer nobody changed', only(region('r')), {}, {}],
    [
      'a refused region that was all of the answer',
      only(refused('r')),
      {},
      { 'correction-without-answer': 2, 'image-without-dialogue': 1 }
    ],
    [
      'an answer that was cut off',
      only(moved('r'), { ...answer, status: 'partial' }),
      {},
      { 'turn-partial': 2, 'image-without-dialogue': 1 }
    ],
    [
      'an answer of a person',
      only(moved('r'), { ...answer, provenance: { origin: 'human' } }),
      {},
      { 'correction-of-no-model': 1 }
    ],
    [
      'a region that is gone',
      documentOf([], [ask, answer]),
      {},
      { 'turn-with-missing-region': 2, 'image-without-dialogue': 1 }
    ],
    ['a correction too small', only(moved('r')), { maxIou: 0.3 }, { 'correction-too-small': 1 }],
    ['a correction too large', only(moved('r')), { minIou: 0.4 }, { 'correction-too-large': 1 }],
    ['a question alone', documentOf([], [ask]), {}, { 'question-without-answer': 1, 'image-without-dialogue': 1 }]
  ])('%s', async (_what, document, options, skipped) => {
    for (const format of both) {
      const written = await write(format, document, options)
      expect([written.pairs, written.skipped]).toEqual([[], skipped])
    }
  })

  test('limits of IoU are included', async () => {
    expect(
      (await write(correctionsMsSwift, only(moved('r', box(0, 0, 100, 50))), { minIou: 0.5, maxIou: 0.5 })).pairs
    ).toHaveLength(1)
  })

  test('a correction below a step of the dialect is no pair where the dialect is the text', async () => {
    const tiny = only(moved('r', box(0, 0, 100.001, 100)))
    expect((await write(correctionsLlamaFactory, tiny)).skipped).toEqual({ 'correction-below-resolution': 1 })
    expect((await write(correctionsMsSwift, tiny)).pairs).toHaveLength(1)
  })
})
