/** What Python reads from the files we write: the words that offsets give there, and the boxes. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { shikra } from '../dialects/shikra'
import type { ImageDocument, RegionRecord, TurnRecord } from '../document/records'
import { dialogueRecord, documentRecord, imageRecord, regionRecord, turnRecord } from '../document/testing'
import { normalizedBox } from '../geometry/space'
import { phrase, text } from '../grounded/build'
import type { GroundedNode } from '../grounded/nodes'
import { flickr30kEntities } from './flickr30k'
import type { Format } from './format'
import { gritJson } from './grit'
import { mdetrJson } from './mdetr'
import { odvgDetection, odvgGrounding } from './odvg'
import { refCoco } from './refcoco'

const SIZE = { width: 640, height: 480 }
/** Whole pixels, so that every format holds them. */
const BOXES = {
  mug: [10, 20, 110, 220],
  cup: [200, 20, 300, 220],
  table: [0, 200, 640, 480]
} as const
type Name = keyof typeof BOXES

const region = (id: Name, words: string | null): RegionRecord => {
  const [x0, y0, x1, y1] = BOXES[id]
  return regionRecord(id, {
    shape: { type: 'box', box: normalizedBox(x0 / SIZE.width, y0 / SIZE.height, x1 / SIZE.width, y1 / SIZE.height) },
    labelId: id === 'table' ? 'l1' : 'l0',
    phrase: words,
    attributes: {}
  })
}
const CAPTIONS: readonly (readonly GroundedNode[])[] = [
  [
    text('😀 '),
    phrase('两个 mugs 👩‍👩‍👧', ['mug', 'cup']),
    text(' sur '),
    phrase('la table d’été 🪑', ['table']),
    text(' .')
  ],
  [phrase([text('the mug on '), phrase('the 桌子', ['table'])], ['mug'])],
  [text('nothing 𝔘 here')]
]
const turn = (children: readonly GroundedNode[], i: number): TurnRecord =>
  turnRecord(0, children, { id: `t${i}`, dialogueId: `d${i}`, role: 'assistant' })
const DOCUMENT: ImageDocument = documentRecord({
  image: imageRecord({ relativePath: 'train/猫 1.jpg', size: SIZE }),
  regions: [region('mug', '左边的 mug 😀'), region('cup', null), region('table', 'table')],
  dialogues: CAPTIONS.map((_, i) => dialogueRecord({ id: `d${i}`, title: 'caption' })),
  turns: CAPTIONS.map(turn)
})
const LABELS = [
  { id: 'l0', name: 'cup', colour: '#ff0000', order: 0 },
  { id: 'l1', name: 'table 桌子', colour: '#00ff00', order: 1 }
]

const FOLDER = './fixtures/reference/grounding'
const FORMATS: readonly Format[] = [odvgDetection, odvgGrounding, mdetrJson, gritJson, refCoco, flickr30kEntities]

async function write(format: Format): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  const run = format.encode(
    { labels: LABELS, documents: () => [DOCUMENT] },
    { dialect: shikra, includeProposals: true }
  )
  for await (const { fileName, text: part } of run.chunks) files.set(fileName, (files.get(fileName) ?? '') + part)
  return files
}
const fixtureOf = (fileName: string): string => fileName.replaceAll(/[^\w.()-]+/g, '_')

describe('the files Python was given are the files we write', () => {
  test.each(FORMATS.map((format) => [format.info.id, format] as const))('%s', async (_, format) => {
    for (const [name, content] of await write(format))
      await expect(content).toMatchFileSnapshot(`${FOLDER}/${format.info.id}.${fixtureOf(name)}`)
  })
})

/** Words with the boxes they mean, in pixels. */
type Said = readonly (readonly [
  caption: string,
  phrases: readonly (readonly [words: string, box: readonly number[]])[]
])[]
interface Reading {
  readonly python: string
  readonly formats: Readonly<Record<string, Said>>
}
const python = JSON.parse(readFileSync(new URL(`${FOLDER}/read-by-python.json`, import.meta.url), 'utf8')) as Reading

const [first, second] = ['😀 两个 mugs 👩‍👩‍👧 sur la table d’été 🪑 .', 'the mug on the 桌子']
const grounded: Said = [
  [
    first,
    [
      ['两个 mugs 👩‍👩‍👧', BOXES.mug],
      ['两个 mugs 👩‍👩‍👧', BOXES.cup],
      ['la table d’été 🪑', BOXES.table]
    ]
  ],
  [
    second,
    [
      [second, BOXES.mug],
      ['the 桌子', BOXES.table]
    ]
  ],
  ['nothing 𝔘 here', []]
]
const EXPECTED: Readonly<Record<string, Said>> = {
  'odvg-grounding': grounded,
  'mdetr-json': grounded,
  grit: grounded,
  'flickr30k-entities': grounded.map(([caption, phrases]) => [
    caption,
    caption === second ? phrases.slice(0, 1) : phrases
  ]),
  'odvg-detection': [
    [
      '',
      [
        ['cup', BOXES.mug],
        ['cup', BOXES.cup],
        ['table 桌子', BOXES.table]
      ]
    ]
  ],
  refcoco: [
    [
      '',
      [
        ['左边的 mug 😀', BOXES.mug],
        ['table', BOXES.table]
      ]
    ]
  ]
}

test.each(Object.keys(EXPECTED))(`Python ${python.python} reads the words and boxes of %s that were written`, (id) => {
  const round = (said: Said | undefined): unknown =>
    said?.map(([caption, phrases]) => [
      caption,
      phrases
        .map(([words, box]) => [words, box.map((side) => Math.round(side * 1e6) / 1e6)])
        .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    ])
  expect(round(python.formats[id])).toEqual(round(EXPECTED[id]))
})
