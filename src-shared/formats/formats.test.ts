import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shikra } from '../dialects/shikra'
import type { ImageDocument, RegionRecord, TurnRecord } from '../document/records'
import { dialogueRecord, documentRecord, imageRecord, regionRecord, turnRecord as turn } from '../document/testing'
import { pixelFromNormalized, pixelPointFromNormalized } from '../geometry/convert'
import { normalizedBox, normalizedPoint } from '../geometry/space'
import type { RegionShape } from '../geometry/region-shape'
import { boxOrPointOf, coordinatesOf } from '../geometry/shape'
import { mention, phrase, text } from '../grounded/build'
import type { ExportOptions, ExportSource, ExportSummary, Format } from './format'
import { llavaJson } from './llava-json'
import { FORMATS, findFormat } from './registry'
import { shikraJsonl } from './shikra-jsonl'

const options: ExportOptions = { dialect: shikra, space: 'original', includeProposals: false }
const size = { width: 640, height: 480 }
const box = (x0: number, y0: number, x1: number, y1: number): RegionShape => ({
  type: 'box',
  box: normalizedBox(x0, y0, x1, y1)
})
const point = (x: number, y: number): RegionShape => ({ type: 'point', point: normalizedPoint(x, y) })
const region = (id: string, patch: Partial<RegionRecord> = {}): RegionRecord =>
  regionRecord(id, { shape: box(0.1, 0.2, 0.5, 0.75), ...patch })
const documentOf = (
  regions: readonly RegionRecord[],
  turns: readonly TurnRecord[] = [],
  image: Partial<ImageDocument['image']> = {}
): ImageDocument =>
  documentRecord({
    image: imageRecord({ relativePath: 'scans/a "1".jpg', size, ...image }),
    regions,
    dialogues: [dialogueRecord()],
    turns
  })
const labels = [
  { id: 'cat', name: 'cat', colour: '#ff0000', order: 7 },
  { id: 'dog', name: 'dog "big"', colour: '#00ff00', order: 2 }
]
const sourceOf = (documents: readonly ImageDocument[]): ExportSource => ({ labels, documents: () => documents })

interface Written {
  readonly files: Readonly<Record<string, string>>
  readonly summary: ExportSummary
}
async function write(
  format: Format,
  documents: readonly ImageDocument[],
  patch: Partial<ExportOptions> = {}
): Promise<Written> {
  const files: Record<string, string> = {}
  const run = format.encode(sourceOf(documents), { ...options, ...patch })
  for await (const { fileName, text: part } of run.chunks) {
    const top = format.info.layout === 'folder' ? (fileName.split('/')[0] ?? '') : fileName
    expect(format.info.fileNames).toContain(top)
    files[fileName] = (files[fileName] ?? '') + part
  }
  return { files, summary: run.summary() }
}
const linesOf = (file: string | undefined): Record<string, unknown>[] =>
  (file ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
const skippedOf = ({ summary }: Written): Record<string, number> =>
  Object.fromEntries(summary.skipped.map(({ reason, count }) => [reason, count]))
const lossesOf = ({ summary }: Written): string[] => summary.losses.map(({ code }) => code)

const coordinate = fc.double({ min: -0.2, max: 1.2, noNaN: true })
const anyBox = fc
  .tuple(coordinate, coordinate, coordinate, coordinate)
  .map(([a, b, c, d]) => box(Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)))
const anyPoint = fc.tuple(coordinate, coordinate).map(([x, y]) => point(x, y))
const sizes = fc.record({ width: fc.integer({ min: 1, max: 20_000 }), height: fc.integer({ min: 1, max: 20_000 }) })
const near = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-6))
}
const pixelsOf = (given: RegionShape, of = size): readonly number[] =>
  ((shape) => (shape.type === 'box' ? pixelFromNormalized(shape.box, of) : pixelPointFromNormalized(shape.point, of)))(
    boxOrPointOf(given)
  )

const asked = [
  turn(0, [text('What is '), mention('r1'), text('?')]),
  turn(1, [phrase('the dog', ['r1', 'r2']), text(' at '), mention('p')])
]

describe('LLaVA JSON', () => {
  test('a dialogue becomes alternating turns with text in the dialect, the image named once', async () => {
    const regions = [
      region('r1'),
      region('r2', { shape: box(0, 0, 1, 1) }),
      region('p', { shape: point(0.5, 0.25) }),
      region('x')
    ]
    const written = await write(llavaJson, [
      documentOf(regions, [...asked, turn(2, [text('And?')]), turn(3, [text('Yes')])])
    ])
    expect(JSON.parse(written.files['llava.json'] ?? '')).toEqual([
      {
        id: 'd1',
        image: 'scans/a "1".jpg',
        conversations: [
          { from: 'human', value: '<image>\nWhat is [0.100,0.200,0.500,0.750]?' },
          {
            from: 'gpt',
            value: 'the dog[0.100,0.200,0.500,0.750;0.000,0.000,1.000,1.000] at [0.500,0.250]',
            origin: 'model'
          },
          { from: 'human', value: 'And?' },
          { from: 'gpt', value: 'Yes', origin: 'model' }
        ]
      }
    ])
    expect(written.summary.counts).toEqual({ images: 1, regions: 3, dialogues: 1, turns: 4, records: 1 })
    expect(skippedOf(written)).toEqual({ 'region-without-words': 1 })
  })

  test('the regions of the text read back within half a step', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(anyBox, anyPoint), { minLength: 1, maxLength: 4 }),
        sizes,
        async (shapes, imageSize) => {
          const regions = shapes.map((shape, i) => region(`r${i}`, { shape }))
          const turns = [
            turn(0, [text('List them.')]),
            turn(
              1,
              regions.map(({ id }) => mention(id))
            )
          ]
          const written = await write(llavaJson, [documentOf(regions, turns, { size: imageSize })])
          const [record] = JSON.parse(written.files['llava.json'] ?? '') as { conversations: { value: string }[] }[]
          const value = record?.conversations[1]?.value ?? ''
          const { tree, diagnostics } = shikra.parse(value, { image: imageSize, space: 'original' })
          expect(diagnostics).toEqual([])
          const clamped = shapes.map((shape) => coordinatesOf(shape).map((v) => Math.min(1, Math.max(0, v))))
          tree.regions.forEach(({ shape }, i) => {
            coordinatesOf(shape).forEach((v, k) =>
              expect(Math.abs(v - (clamped[i]?.[k] ?? NaN))).toBeLessThanOrEqual(0.0005 + 1e-12)
            )
          })
          expect(tree.regions).toHaveLength(shapes.length)
        }
      ),
      { numRuns: 300 }
    )
  })

  test.each([
    ['a partial answer', [turn(0, [text('a')]), turn(1, [text('b')], { status: 'partial' })], { 'turn-partial': 2 }],
    ['a failed answer', [turn(0, [text('a')]), turn(1, [text('b')], { status: 'failed' })], { 'turn-failed': 2 }],
    ['an empty answer', [turn(0, [text('a')]), turn(1, [])], { 'turn-empty': 2 }],
    ['a question alone', [turn(0, [text('a')])], { 'question-without-answer': 1 }],
    ['an answer alone', [turn(1, [text('a')])], { 'answer-without-question': 1 }],
    [
      'an unreviewed answer',
      [turn(0, [text('a')]), turn(1, [mention('new')])],
      { 'turn-with-proposed-region': 2, 'region-proposed': 1 }
    ],
    [
      'a refused answer',
      [turn(0, [text('a')]), turn(1, [mention('no')])],
      { 'turn-with-rejected-region': 2, 'region-rejected': 1 }
    ],
    ['a dangling answer', [turn(0, [text('a')]), turn(1, [mention('gone')])], { 'turn-with-missing-region': 2 }]
  ])('%s is left out and counted', async (_name, turns, reasons) => {
    const regions = turns
      .flatMap(({ children }) => children)
      .flatMap((node) => {
        if (node.type !== 'mention' || node.regionIds[0] === 'gone') return []
        return region(node.regionIds[0] ?? '', { state: node.regionIds[0] === 'new' ? 'proposed' : 'rejected' })
      })
    const written = await write(llavaJson, [documentOf(regions, turns)])
    expect(JSON.parse(written.files['llava.json'] ?? '')).toEqual([])
    expect(skippedOf(written)).toEqual({ ...reasons, 'image-without-dialogue': 1 })
  })

  test('an included proposal marks its turn', async () => {
    const turns = [turn(0, [text('Where?')]), turn(1, [mention('r1')])]
    const written = await write(llavaJson, [documentOf([region('r1', { state: 'proposed' })], turns)], {
      includeProposals: true
    })
    const [record] = JSON.parse(written.files['llava.json'] ?? '') as { conversations: object[] }[]
    expect(record?.conversations[1]).toMatchObject({ origin: 'model', state: 'proposed' })
  })

  test('words that look like the image token do not become one', async () => {
    const written = await write(llavaJson, [
      documentOf([], [turn(0, [text('what is <image> for')]), turn(1, [text('x')])])
    ])
    expect((written.files['llava.json'] ?? '').match(/<image>/g)).toHaveLength(1)
    expect(lossesOf(written)).toEqual(['format/placeholder'])
  })
})

interface ShikraRecord {
  readonly image: string
  readonly target: { boxes: number[][]; points: number[][] }
  readonly conversations: { value: string; boxes_seq?: number[][]; points_seq?: number[][] }[]
}

describe('Shikra JSONL', () => {
  test('a phrase with a box is an expression in exact pixels', async () => {
    await fc.assert(
      fc.asyncProperty(anyBox, sizes, fc.string({ unit: 'binary', minLength: 1 }), async (shape, imageSize, words) => {
        fc.pre(words.trim() !== '')
        const written = await write(shikraJsonl, [
          documentOf([region('r', { shape, phrase: words })], [], { size: imageSize })
        ])
        const [record, ...rest] = linesOf(written.files['shikra-rec.jsonl'])
        expect(rest).toEqual([])
        expect(record).toMatchObject({ img_path: 'scans/a "1".jpg', expression: words.trim() })
        near(record?.bbox as number[], pixelsOf(shape, imageSize))
      }),
      { numRuns: 300 }
    )
  })

  test('a dialogue has placeholders, and sequences that lead back to the pixels', async () => {
    const regions = [region('r1'), region('r2', { shape: box(0, 0, 1, 1) }), region('p', { shape: point(0.5, 0.25) })]
    const written = await write(shikraJsonl, [documentOf(regions, asked)])
    const [record] = linesOf(written.files['shikra-dialogues.jsonl']) as unknown as ShikraRecord[]
    if (record === undefined) throw new Error('expected a record')
    expect(record.conversations).toEqual([
      { from: 'human', value: '<image> What is <boxes>?', boxes_seq: [[0]] },
      {
        from: 'gpt',
        value: 'the dog<boxes> at <points>',
        boxes_seq: [[0, 1]],
        points_seq: [[0]],
        phrases: ['the dog', null],
        origin: 'model'
      }
    ])
    near(record.target.boxes[0] ?? [], pixelsOf(box(0.1, 0.2, 0.5, 0.75)))
    near(record.target.boxes[1] ?? [], [0, 0, 640, 480])
    near(record.target.points[0] ?? [], [320, 120])
    expect(written.summary.counts).toEqual({ images: 1, regions: 3, dialogues: 1, turns: 2, records: 1 })
  })

  test('there are as many placeholders as sequences, whatever people typed', async () => {
    const typed = fc.array(fc.constantFrom('<boxes>', '<points>', '{', '}', '{}', '<image>', 'x', '<', 'boxes>'), {
      maxLength: 6
    })
    await fc.assert(
      fc.asyncProperty(typed, async (words) => {
        const turns = [turn(0, [...words.map((word) => text(word)), mention('r1')]), turn(1, [text('ok')])]
        const written = await write(shikraJsonl, [documentOf([region('r1')], turns)])
        const [record] = linesOf(written.files['shikra-dialogues.jsonl']) as unknown as ShikraRecord[]
        const value = record?.conversations[0]?.value ?? ''
        expect(value.match(/<boxes>/g)).toHaveLength(1)
        expect(value.match(/<image>/g)).toHaveLength(1)
        expect(value).not.toMatch(/[{}]|<points>/)
      }),
      { numRuns: 300 }
    )
  })

  test('what has no words is left out and counted; a marked proposal is marked', async () => {
    const regions = [region('a'), region('b', { phrase: '  ' }), region('c', { phrase: 'cat', state: 'proposed' })]
    const written = await write(shikraJsonl, [documentOf(regions), documentOf(regions, [], { size: null })], {
      includeProposals: true
    })
    expect(linesOf(written.files['shikra-rec.jsonl'])).toMatchObject([{ expression: 'cat', state: 'proposed' }])
    expect(skippedOf(written)).toEqual({ 'region-without-words': 2, 'image-without-size': 1 })
  })
})

test('every format is there once, says its limits and is found by its id', () => {
  expect(new Set(FORMATS.map(({ info }) => info.id)).size).toBe(FORMATS.length)
  for (const format of FORMATS) {
    expect(findFormat(format.info.id)).toBe(format)
    expect(format.info.limits.length).toBeGreaterThan(0)
    expect(format.info.fileNames).toContain(format.info.fileName)
  }
})

test.each(FORMATS.map((format) => [format.info.id, format] as const))(
  '%s of no documents is a valid, empty file',
  async (_id, format) => {
    const { files, summary } = await write(format, [])
    for (const [name, content] of Object.entries(files)) {
      if (name.endsWith('.json')) expect(() => JSON.parse(content)).not.toThrow()
    }
    expect(summary).toEqual({
      counts: { images: 0, regions: 0, dialogues: 0, turns: 0, records: 0 },
      skipped: [],
      losses: []
    })
  }
)

test('documents are taken one at a time: the second is not asked for before the first is written', async () => {
  let taken = 0
  async function* documents(): AsyncGenerator<ImageDocument> {
    for (let i = 0; i < 1000; i++) {
      taken++
      yield documentOf([region('a', { phrase: 'x' })])
    }
  }
  const run = shikraJsonl.encode({ labels, documents }, options)
  let chunks = 0
  for await (const chunk of run.chunks) {
    chunks += chunk.text === '' ? 0 : 1
    expect(taken).toBe(chunks)
  }
  expect(chunks).toBe(1000)
})
