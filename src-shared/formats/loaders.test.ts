/**
 * @file Our exports in the loaders they are for. `fixtures/loaders` holds what the writers make of the project below, and
 * what the dataset code of ms-swift and of LLaMA-Factory made of that, unchanged from PyPI
 * (`fixtures/reference/make_loaders.py`, versions in `loaded.json`).
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { qwen2Vl } from '../dialects/qwen-vl'
import type { ImageDocument, RegionRecord, TurnRecord } from '../document/records'
import { documentRecord, imageRecord, regionRecord, turnRecord } from '../document/testing'
import { normalizedBox, normalizedPoint } from '../geometry/space'
import type { RegionShape } from '../geometry/region-shape'
import { mention, phrase, text } from '../grounded/build'
import type { GroundedNode } from '../grounded/nodes'
import { correctionsLlamaFactory, correctionsMsSwift } from './corrections'
import type { Format } from './format'
import { llamaFactory } from './llama-factory'
import { msSwift } from './ms-swift'

const SIZE = { width: 640, height: 480 }
const box = (x0: number, y0: number, x1: number, y1: number): RegionShape => ({
  type: 'box',
  box: normalizedBox(x0 / 640, y0 / 480, x1 / 640, y1 / 480)
})
const region = (id: string, shape: RegionShape, patch: Partial<RegionRecord> = {}): RegionRecord =>
  regionRecord(id, { shape, provenance: { origin: 'model' }, createdAtMs: 0, ...patch })
/** The names and times are in the fixtures. */
const turn = (order: number, children: readonly GroundedNode[]): TurnRecord =>
  turnRecord(order, children, { dialogueId: 'd', createdAtMs: 0 })
const documentOf = (path: string, regions: readonly RegionRecord[], turns: readonly TurnRecord[]): ImageDocument =>
  documentRecord({ image: imageRecord({ id: path, relativePath: path, size: SIZE }), regions, turns })

const documents: readonly ImageDocument[] = [
  documentOf(
    'a.png',
    [
      region('mug', box(64, 96, 320, 288), { state: 'corrected', original: box(60, 90, 300, 280) }),
      region('lid', box(0.5, 0.25, 100.125, 50)),
      region('tip', { type: 'point', point: normalizedPoint(0.5, 0.25) })
    ],
    [
      turn(0, [text('<image> and {braces}, is '), mention('lid'), text(' a lid?')]),
      turn(1, [phrase('The red mug', ['mug', 'lid']), text(' has its tip at '), mention('tip'), text('.')]),
      turn(2, [text('猫 😀 "quoted"?')]),
      turn(3, [text('No.')])
    ]
  ),
  documentOf('b 猫.png', [], [turn(0, [text('What is it?')]), turn(1, [text('A cat.')])]),
  documentOf(
    'c.png',
    [
      region('no', box(10, 10, 20, 20), { state: 'rejected' }),
      region('new', box(5, 5, 600, 400), { provenance: { origin: 'human' } })
    ],
    [turn(0, [text('Find the dog.')]), turn(1, [phrase('the dog', ['no', 'new'])])]
  )
]

async function write(format: Format): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  const run = format.encode({ labels: [], documents: () => documents }, { dialect: qwen2Vl, includeProposals: false })
  for await (const { fileName, text: part } of run.chunks) files[fileName] = (files[fileName] ?? '') + part
  return files
}

const FOLDER = new URL('./fixtures/loaders/', import.meta.url)
interface Message {
  readonly role: string
  readonly content: string
}
interface Loaded {
  readonly versions: Readonly<Record<string, string>>
  readonly swift: Readonly<
    Record<
      string,
      readonly {
        readonly messages: readonly Message[]
        readonly thousandths: readonly number[][]
        readonly rejected?: readonly Message[]
      }[]
    >
  >
  readonly factory: Readonly<
    Record<string, readonly { readonly prompt: readonly Message[]; readonly response: readonly Message[] }[]>
  >
}
const loaded = (): Loaded => JSON.parse(readFileSync(new URL('loaded.json', FOLDER), 'utf8')) as Loaded
const linesOf = <T>(content: string | undefined): T[] =>
  (content ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)

test.each([msSwift, llamaFactory, correctionsMsSwift, correctionsLlamaFactory])(
  'what $info.id writes is what the loaders were given',
  async (format) => {
    for (const [name, content] of Object.entries(await write(format))) {
      const stored = name === 'dataset_info.json' ? `${format.info.id}.${name}` : name
      await expect(content).toMatchFileSnapshot(new URL(stored, FOLDER).pathname)
    }
  }
)

const plain = (messages: readonly Message[]): readonly Message[] =>
  messages.map(({ role, content }) => ({ role, content }))

describe('ms-swift', () => {
  test.each(['ms-swift.jsonl', 'ms-swift-sft.jsonl', 'ms-swift-dpo.jsonl'])(
    '%s: every record is kept as it was written',
    async (file) => {
      interface Record_ {
        readonly messages: readonly Message[]
        readonly rejected_messages?: readonly Message[]
        readonly objects?: { readonly bbox: readonly (readonly number[])[] }
      }
      const written = linesOf<Record_>({ ...(await write(msSwift)), ...(await write(correctionsMsSwift)) }[file])
      const back = loaded().swift[file] ?? []
      expect(written.length).toBeGreaterThan(0)
      expect(back.map(({ messages }) => plain(messages))).toEqual(written.map(({ messages }) => plain(messages)))
      expect(back.map(({ rejected }) => rejected ?? null)).toEqual(
        written.map(({ rejected_messages }) => (rejected_messages === undefined ? null : plain(rejected_messages)))
      )
      // Thousandths of the image, as its templates for models of relative coordinates make them.
      const expected = written.map(({ objects }) =>
        (objects?.bbox ?? []).map((numbers) => numbers.map((v, i) => (v / (i % 2 === 0 ? 640 : 480)) * 1000))
      )
      back.forEach(({ thousandths }, r) =>
        thousandths.forEach((numbers, b) =>
          numbers.forEach((value, i) =>
            expect(Math.abs(value - (expected[r]?.[b]?.[i] ?? NaN))).toBeLessThanOrEqual(0.5)
          )
        )
      )
      expect(back.map(({ thousandths }) => thousandths.length)).toEqual(expected.map(({ length }) => length))
    }
  )
})

describe('LLaMA-Factory', () => {
  test.each(['llama-factory.json', 'llama-factory-sft.json'])('%s: no record is dropped', async (file) => {
    const written = JSON.parse(
      { ...(await write(llamaFactory)), ...(await write(correctionsLlamaFactory)) }[file] ?? '[]'
    ) as {
      readonly messages: readonly Message[]
    }[]
    const back = loaded().factory[file] ?? []
    expect(written.length).toBeGreaterThan(0)
    expect(back.map(({ prompt, response }) => [...prompt, ...response])).toEqual(
      written.map(({ messages }) => plain(messages))
    )
  })

  test('pairs have the chosen answer first and the refused one second', async () => {
    const written = JSON.parse((await write(correctionsLlamaFactory))['llama-factory-dpo.json'] ?? '[]') as {
      readonly messages: readonly Message[]
      readonly chosen: Message
      readonly rejected: Message
    }[]
    const back = loaded().factory['llama-factory-dpo.json'] ?? []
    expect(written.length).toBe(2)
    expect(back).toEqual(
      written.map(({ messages, chosen, rejected }) => ({ prompt: messages, response: [chosen, rejected] }))
    )
  })
})
