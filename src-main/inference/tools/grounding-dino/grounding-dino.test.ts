/**
 * @file Grounding DINO against transformers: a tiny random model made by `models/export/make_fixture.py`, whose
 * reference.json holds the pixels, the token ids and the boxes with their words.
 */
import { readFileSync } from 'node:fs'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Tokenizer } from '@huggingface/tokenizers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findDialect } from '../../../../src-shared/dialects/registry'
import { normalizedBox } from '../../../../src-shared/geometry/space'
import { groundedText } from '../../../../src-shared/grounded/build'
import { phrasesOf } from '../../../core/proposals'
import { DEFAULT_STOP_LIMITS } from '../../decode/stop-rules'
import { toPlanes } from '../../image/raster'
import { readRaster } from '../../image/read-pixels'
import { loadRuntime } from '../../runtime'
import { openAnsweringTool } from '../../testing/open-tool'
import { answerWithTool } from '../answer-with-tool'
import { detectorView, parsePicture } from '../detr'
import type { OpenTool } from '../tool'
import { openWords } from '../worded/open-words'
import { wantedIn } from '../worded/wanted'
import { groundedBoxes } from './boxes'
import { captionOf, cleanWords, labelSpans, likeliestLabel, spokenBy } from './index'

const FOLDER = resolve(import.meta.dirname, '../../../../models/export/fixtures/grounding-dino')
const readJson = (file: string): unknown => JSON.parse(readFileSync(resolve(FOLDER, file), 'utf8'))
const pictureOf = (name: string): string => resolve(FOLDER, '../pictures', `${name}.png`)

interface Sampled {
  readonly dims: readonly number[]
  readonly samples: readonly (readonly [number, number])[]
}
interface Reference {
  readonly grounded: readonly {
    readonly picture: string
    readonly text: string
    readonly threshold: number
    readonly textThreshold: number
    readonly promptIds: readonly number[]
    readonly feeds: { readonly pixel_values: Sampled }
    readonly found: readonly { readonly label: string; readonly score: number; readonly box: readonly number[] }[]
  }[]
  readonly preprocessing: readonly {
    readonly config: Readonly<Record<string, unknown>>
    readonly pictures: Readonly<Record<string, { readonly pixel_values: Sampled }>>
  }[]
}
const reference = readJson('reference.json') as Reference
const config = readJson('preprocessor_config.json') as Readonly<Record<string, unknown>>
const question = (text: string) => ({ text, tree: groundedText([]) })

async function planesOf(settings: unknown, picture: string, stored: Sampled): Promise<Float32Array> {
  const parsed = parsePicture(settings)
  const view = detectorView(await readRaster(pictureOf(picture)), parsed)
  expect([1, 3, view.size.height, view.size.width], picture).toEqual(stored.dims)
  const planes = toPlanes(view, parsed)
  const worst = Math.max(...stored.samples.map(([place, value]) => Math.abs((planes[place] ?? NaN) - value)))
  // One step of 255 after division by the smallest deviation.
  expect(worst, picture).toBeLessThanOrEqual(1.001 / 255 / 0.224)
  return planes
}

describe('Grounding DINO', () => {
  let tool: OpenTool
  let tokenizer: Tokenizer
  beforeAll(async () => {
    tool = await openAnsweringTool(FOLDER)
    tokenizer = await openWords(FOLDER, 'tiny')
  })
  afterAll(() => tool.release())

  it('sees the pixels of the reference within one step of 255, also with the settings of real models', async () => {
    for (const { picture, feeds } of reference.grounded) await planesOf(config, picture, feeds.pixel_values)
    for (const { config: real, pictures } of reference.preprocessing) {
      for (const [picture, feeds] of Object.entries(pictures)) await planesOf(real, picture, feeds.pixel_values)
    }
  })

  it('reads the words as the reference does', () => {
    for (const { text, promptIds } of reference.grounded) {
      expect(captionOf(wantedIn(question(text), 'tiny'))).toBe(text)
      expect(tokenizer.encode(text).ids).toEqual(promptIds)
    }
  })

  it('finds the boxes of the reference, each by the same words', async () => {
    const runtime = await loadRuntime()
    const session = await runtime.open(resolve(FOLDER, 'onnx/model.onnx'), { provider: 'cpu', threads: 1 })
    for (const { picture, promptIds, feeds, threshold, textThreshold, found } of reference.grounded) {
      const [, , height = 0, width = 0] = feeds.pixel_values.dims
      const ones = (count: number): BigInt64Array => new BigInt64Array(count).fill(1n)
      const { logits, pred_boxes: boxes } = await session.run(
        {
          pixel_values: runtime.float32(await planesOf(config, picture, feeds.pixel_values), feeds.pixel_values.dims),
          pixel_mask: runtime.int64(ones(height * width), [1, height, width]),
          input_ids: runtime.int64(BigInt64Array.from(promptIds, BigInt), [1, promptIds.length]),
          token_type_ids: runtime.int64(new BigInt64Array(promptIds.length), [1, promptIds.length]),
          attention_mask: runtime.int64(ones(promptIds.length), [1, promptIds.length])
        },
        ['logits', 'pred_boxes']
      )
      const [, queries = 0, length = 0] = logits?.dims ?? []
      const ours = groundedBoxes(
        { logits: logits?.data as Float32Array, boxes: boxes?.data as Float32Array, queries, length },
        promptIds,
        { threshold, textThreshold }
      )
      expect(
        ours.map(({ tokenIds }) => spokenBy(tokenizer, tokenIds)),
        picture
      ).toEqual(found.map(({ label }) => label))
      for (const [at, { score, box }] of ours.entries()) {
        expect(Math.abs(score - (found[at]?.score ?? NaN)), picture).toBeLessThan(1e-3)
        const off = [...box].map((value, i) => Math.abs(value - (found[at]?.box[i] ?? NaN)))
        expect(Math.max(...off), picture).toBeLessThan(1e-3)
      }
    }
    await session.release()
  })

  it('answers with a phrase for each box, tied to it, as the dialect reads them', async () => {
    let text = ''
    const logProbs: number[] = []
    const { picture, text: asked } = reference.grounded[3]!
    await answerWithTool(
      tool,
      { imagePath: pictureOf(picture), messages: [{ role: 'user', text: asked }], limits: DEFAULT_STOP_LIMITS },
      {
        isCancelled: () => false,
        phase: () => undefined,
        alive: () => undefined,
        token: (piece, logProb) => {
          text += piece
          if (piece.trimStart().startsWith('{')) logProbs.push(logProb)
        }
      }
    )
    const { tree, diagnostics } = findDialect('json')!.parse(text, {
      image: { width: 64, height: 64 },
      space: 'original',
      mode: 'strict'
    })
    expect(diagnostics).toEqual([])
    expect(tree.regions.length).toBeGreaterThan(0)
    expect(logProbs).toHaveLength(tree.regions.length)
    const words = new Set(asked.split(' '))
    for (const phrase of phrasesOf(tree).values())
      for (const word of phrase.split(' ')) expect(words.has(word), phrase).toBe(true)
  })

  it('says that a graph of one size takes no pictures of others', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eyrie-grounding-dino-'))
    try {
      await cp(FOLDER, folder, { recursive: true })
      await writeFile(
        join(folder, 'preprocessor_config.json'),
        JSON.stringify({ ...config, size: { shortest_edge: 96, longest_edge: 160 } })
      )
      await expect(openAnsweringTool(folder)).rejects.toMatchObject({
        code: 'model/bad-config',
        message: expect.stringContaining('96×96') as string
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('refuses a question that names nothing, or more than the model reads', async () => {
    await expect(
      tool.answer({ ...question('?!'), image: await readRaster(pictureOf('wide')) }, () => undefined)
    ).rejects.toMatchObject({
      code: 'inference/no-words'
    })
    const long = Array.from({ length: 60 }, (_, at) => `the small red circle ${at}`).join(' . ')
    await expect(
      tool.answer({ ...question(long), image: await readRaster(pictureOf('wide')) }, () => undefined)
    ).rejects.toMatchObject({
      code: 'inference/prompt-too-long'
    })
  })
})

describe('given labels', () => {
  const labels = ['Red Circle', 'boat', 'St. dog', 'traffic light']
  it('are all looked for, or those that the question names', () => {
    expect(wantedIn({ ...question('find everything'), labels }, 'it')).toEqual(labels)
    expect(wantedIn({ ...question('Where are the boats and the traffic lights?'), labels }, 'it')).toEqual([
      'boat',
      'traffic light'
    ])
  })

  it('name a box whole, by their likeliest token, however the model splits them and whatever it thinks of marks', async () => {
    const tokenizer = await openWords(FOLDER, 'tiny')
    const { ids } = tokenizer.encode(captionOf(labels))
    const spans = labelSpans(labels, tokenizer)
    const words = spans.map(([from, to]) => tokenizer.decode([...ids].slice(from, to)))
    expect(words.map((word) => word.replaceAll(' ', ''))).toEqual(['redcircle', 'boat', 'st.dog', 'trafficlight'])
    const probabilities = ids.map(() => 0.1)
    probabilities[ids.length - 1] = 0.9
    probabilities[spans[2]![1] - 1] = 0.5
    expect(likeliestLabel(probabilities, labels, spans)).toBe('St. dog')
  })

  it('are all that an answer names', async () => {
    const tool = await openAnsweringTool(FOLDER)
    const image = await readRaster(pictureOf('square'))
    const findings = await tool.answer({ ...question('find all'), labels, image }, () => undefined)
    expect(findings.length).toBeGreaterThan(0)
    for (const { label } of findings) expect(labels).toContain(label)
    await tool.release()
  })
})

describe('what is looked for', () => {
  it.each([
    ['a cat . a dog .', ['a cat', 'a dog']],
    ['a cat. a dog', ['a cat', 'a dog']],
    ['Where is the red cup?', ['the red cup']],
    ['Find all dogs', ['dogs']],
    ['cat, dog, cat; bird', ['cat', 'dog', 'bird']],
    ["woman's hat", ["woman's hat"]],
    ['红色的杯子。狗？', ['红色的杯子', '狗']]
  ])('%s', (text, wanted) => {
    expect(wantedIn(question(text), 'it')).toEqual(wanted)
  })
  it('is said in words, not with regions', () => {
    const tree = groundedText([], [{ id: 'r', shape: { type: 'box', box: normalizedBox(0, 0, 1, 1) } }])
    expect(() => wantedIn({ text: 'a cat', tree }, 'it')).toThrow(/takes no regions/)
    expect(() => wantedIn(question(' . ? '), 'it')).toThrow(/not told what to look for/)
  })
  it.each([
    ['a cat. [SEP]', 'a cat'],
    ['traffic light. a dog. small boats. [SEP]', 'traffic light a dog small boats'],
    ['v1.5 model', 'v1.5 model'],
    ['', '']
  ])('the words of a box %j are %j', (spoken, words) => {
    expect(cleanWords(spoken)).toBe(words)
  })
})
