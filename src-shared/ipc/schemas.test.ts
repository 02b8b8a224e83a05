import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../errors'
import { RECORD_LIMITS } from '../document/limits'
import { arbitraryShapes } from '../geometry/law-shapes'
import { EVENT_NAMES, METHODS, isMethod } from './channels'
import { PARAMS, parseParams } from './schemas'
import type { Method } from './contract'

const refused = (method: Method, params: unknown): string => {
  try {
    parseParams(method, params)
  } catch (error) {
    if (error instanceof AppError && error.code === 'ipc/invalid-params') return String(error.data.where)
    throw error
  }
  return 'accepted'
}

const region = {
  id: 'r1',
  imageId: 'i1',
  shape: { type: 'box', box: [0.1, 0.2, 0.3, 1.4] },
  labelId: null,
  phrase: 'the dog',
  state: 'accepted',
  original: null,
  confidence: null,
  provenance: { origin: 'human' },
  createdAtMs: 1
}
const turn = {
  id: 't1',
  dialogueId: 'd1',
  imageId: 'i1',
  order: 0,
  role: 'user',
  children: [
    { type: 'text', value: 'What is ', position: { start: 0, end: 8 } },
    { type: 'phrase', children: [{ type: 'text', value: 'x' }], regionIds: ['r1'] },
    { type: 'mention', regionIds: [] },
    { type: 'raw', value: '[', reason: 'dialect/truncated' }
  ],
  rawText: null,
  status: 'complete',
  statusReason: null,
  provenance: { origin: 'human' },
  timings: null,
  createdAtMs: 1
}
const create = { kind: 'region', id: 'r1', before: null, after: region }
const transaction = {
  id: 'x',
  label: 'region.create',
  origin: 'human',
  imageId: 'i1',
  changes: [create],
  createdAtMs: 1
}
const apply = (patch: object): unknown => ({ transaction: { ...transaction, ...patch } })

test('there is one schema and one channel name per method, and names of Object.prototype are none', () => {
  expect(Object.keys(PARAMS).sort()).toEqual([...METHODS].sort())
  expect(EVENT_NAMES).toContain('document.committed')
  for (const name of ['toString', '__proto__', 'constructor', '', null, 3]) expect(isMethod(name)).toBe(false)
})

test('methods without parameters accept {} and nothing else', () => {
  expect(parseParams('app.info', {})).toEqual({})
  for (const params of [undefined, null, [], 'x', { a: 1 }]) expect(refused('app.info', params)).not.toBe('accepted')
})

test('settings may be sent in part, but not as undefined', () => {
  expect(parseParams('settings.set', { theme: 'dark' })).toEqual({ theme: 'dark' })
  expect(parseParams('settings.set', { modelId: null })).toEqual({ modelId: null })
  expect(refused('settings.set', { theme: undefined })).toBe('theme')
  expect(refused('settings.set', { theme: 'pink' })).toBe('theme')
})

describe('document.apply', () => {
  test('accepts every kind of change, and coordinates outside the image', () => {
    const changes = [
      create,
      { kind: 'turn', id: 't1', before: turn, after: { ...turn, rawText: 'x' } },
      { kind: 'dialogue', id: 'd1', before: null, after: { id: 'd1', imageId: 'i1', title: null, createdAtMs: 1 } },
      {
        kind: 'relation',
        id: 'e1',
        before: null,
        after: {
          id: 'e1',
          imageId: 'i1',
          subject: 'r1',
          predicate: 'in 里',
          object: 'r1',
          provenance: { origin: 'human' },
          createdAtMs: 1
        }
      },
      { kind: 'review', id: 'i1', before: null, after: { id: 'i1', done: true } },
      { kind: 'label', id: 'l1', before: { id: 'l1', name: '猫', colour: '#aB01ff', order: 0 }, after: null }
    ]
    const params = apply({ changes })
    expect(parseParams('document.apply', params)).toEqual(params)
  })

  test.each([
    ['an unknown key', { ...region, colour: 'red' }],
    ['a missing key', { ...region, state: undefined }],
    ['NaN', { ...region, shape: { type: 'box', box: [NaN, 0, 1, 1] } }],
    ['Infinity', { ...region, shape: { type: 'point', point: [0, Infinity] } }],
    ['three corners', { ...region, shape: { type: 'box', box: [0, 0, 1] } }],
    ['a shape of two types', { ...region, shape: { type: 'box', box: [0, 0, 1, 1], point: [0, 0] } }],
    ['an unknown state', { ...region, state: 'maybe' }],
    ['a confidence above one', { ...region, confidence: 1.5 }],
    ['another id', { ...region, id: 'r2' }],
    ['another image', { ...region, imageId: 'i2' }],
    ['a long phrase', { ...region, phrase: 'x'.repeat(RECORD_LIMITS.phraseLength + 1) }],
    ['half a surrogate pair', { ...region, phrase: '\ud800' }],
    ['an empty id', { ...region, labelId: '' }],
    ['a control character in an id', { ...region, labelId: 'a\u0000b' }],
    [
      'a polygon of two points',
      {
        ...region,
        shape: {
          type: 'polygon',
          points: [
            [0, 0],
            [1, 1]
          ]
        }
      }
    ],
    [
      'a mask that fills another raster',
      { ...region, shape: { type: 'mask', size: { width: 3, height: 1 }, counts: '11' } }
    ],
    [
      'a polygon of more points than the limit',
      {
        ...region,
        shape: { type: 'polygon', points: Array.from({ length: RECORD_LIMITS.pointsPerShape + 1 }, () => [0, 0]) }
      }
    ],
    ['an attribute that is a list', { ...region, attributes: { a: [1] } }],
    ['an attribute without a finite value', { ...region, attributes: { a: NaN } }],
    ['an attribute named __proto__', { ...region, attributes: JSON.parse('{"__proto__":1}') as unknown }],
    [
      'attributes beyond the limit',
      {
        ...region,
        attributes: Object.fromEntries(
          Array.from({ length: RECORD_LIMITS.attributesPerRegion + 1 }, (_, i) => [String(i), i])
        )
      }
    ]
  ])('refuses a region with %s', (_name, after) => {
    expect(refused('document.apply', apply({ changes: [{ ...create, after }] }))).toMatch(/^transaction\.changes\.0/)
  })

  test('takes every shape that a project holds, with attributes', () => {
    for (const shape of fc.sample(arbitraryShapes(), 200)) {
      const transaction = apply({
        changes: [{ ...create, after: { ...region, shape, attributes: { iscrowd: 1, note: 'x' } } }]
      })
      expect(parseParams('document.apply', transaction)).toEqual(transaction)
    }
  })

  test('refuses changes that change nothing, twice, or across images', () => {
    expect(refused('document.apply', apply({ changes: [] }))).toBe('transaction.changes')
    expect(refused('document.apply', apply({ changes: [{ ...create, after: null }] }))).toBe('transaction.changes.0')
    expect(refused('document.apply', apply({ changes: [create, create] }))).toBe('transaction.changes.1')
    const moved = { ...create, before: { ...region, imageId: 'i2' } }
    expect(refused('document.apply', apply({ changes: [moved] }))).toBe('transaction.changes.0')
    expect(refused('document.apply', apply({ imageId: null }))).toBe('transaction.changes.0')
  })

  test('keys that name prototypes are refused and leave Object.prototype alone', () => {
    const text = JSON.stringify(apply({})).replace('"id":"x"', '"id":"x","__proto__":{"polluted":1}')
    expect(refused('document.apply', JSON.parse(text))).toBe('transaction')
    expect(refused('document.apply', apply({ constructor: { prototype: {} } }))).toBe('transaction')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

test('a tree nested deeper than the limit is refused before it can exhaust the stack', () => {
  let children: unknown[] = [{ type: 'text', value: 'x' }]
  for (let i = 0; i < 100_000; i++) children = [{ type: 'phrase', children, regionIds: [] }]
  expect(refused('dialogue.preview', { imageId: 'i1', children, modelId: null })).toBe('params')
})

test('pages are bounded', () => {
  expect(refused('images.list', { filter: 'all', offset: 0, limit: 1001 })).toBe('limit')
  expect(refused('images.list', { filter: 'all', offset: -1, limit: 10 })).toBe('offset')
  expect(refused('images.list', { filter: 'all', offset: 0.5, limit: 10 })).toBe('offset')
  expect(parseParams('images.list', { filter: 'todo', offset: 0, limit: 1000 }).limit).toBe(1000)
})

test('the message names the method, the place and the reason', () => {
  expect(() => parseParams('files.list', { handle: 3 })).toThrow(/files\.list.*handle.*string/)
})

describe('what an export and an import may be asked', () => {
  const exporting = {
    formats: ['coco-json'],
    folder: null,
    dialect: 'shikra',
    includeProposals: false,
    overwrite: false
  }
  const split = {
    shares: [
      { name: 'train', share: 0.8 },
      { name: 'val', share: 0.2 }
    ],
    seed: 7,
    by: 'folder'
  }
  const importing = { requestId: 'r', source: 's', images: null, format: null, dialect: null, dryRun: true }
  test.each<[Method, object, string]>([
    ['export.run', exporting, 'accepted'],
    ['export.run', { ...exporting, split, corrections: { minIou: 0.5, maxIou: 1 } }, 'accepted'],
    ['export.run', { ...exporting, split: { ...split, by: 'luck' } }, 'split.by'],
    ['export.run', { ...exporting, split: { ...split, seed: 0.5 } }, 'split.seed'],
    ['export.run', { ...exporting, split: { ...split, shares: [{ name: 'a', share: -1 }] } }, 'split.shares.0.share'],
    ['export.run', { ...exporting, corrections: { minIou: 1.5 } }, 'corrections.minIou'],
    ['export.run', { ...exporting, corrections: { most: 1 } }, 'corrections'],
    ['import.run', { ...importing, space: 'resized', settings: { edges: 'auto' } }, 'accepted'],
    ['import.run', { ...importing, settings: { edges: 1 } }, 'settings.edges']
  ])('%s %j: %s', (method, params, where) => {
    expect(refused(method, params)).toBe(where)
  })
})
