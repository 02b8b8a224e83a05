import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GroundedShape } from '../geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../geometry/space'
import { groundedText, mention, phrase, raw, text } from './build'
import type { GroundedNode, GroundedText } from './nodes'
import { groundedSchemas, groundedTextSchemaFile } from './schema'

const schema = groundedSchemas().text
const isTaken = (value: unknown): boolean => schema.safeParse(value).success

test('docs/schema/grounded-text.json says what the code takes (npm run docs writes it)', () => {
  const file = new URL('../../docs/schema/grounded-text.json', import.meta.url)
  expect(readFileSync(file, 'utf8')).toBe(groundedTextSchemaFile())
})

const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const point = fc.tuple(number, number).map(([x, y]) => normalizedPoint(x, y))
const box = fc.tuple(number, number, number, number).map((quad) => normalizedBox(...quad))
const shapes: fc.Arbitrary<GroundedShape> = fc.oneof(
  box.map((box) => ({ type: 'box' as const, box })),
  point.map((point) => ({ type: 'point' as const, point })),
  fc.tuple(point, point, point, point).map((points) => ({ type: 'quad' as const, points })),
  fc.array(point, { minLength: 3, maxLength: 9 }).map((points) => ({ type: 'polygon' as const, points })),
  fc.array(point, { minLength: 2, maxLength: 9 }).map((points) => ({ type: 'polyline' as const, points })),
  fc.tuple(box, fc.array(fc.nat())).map(([box, codes]) => ({ type: 'coded-mask' as const, box, codes }))
)
const id = fc.constantFrom('r1', 'r2', 'Bär', '😀')
const range = fc.tuple(fc.nat(), fc.nat()).map(([start, end]) => ({ start, end }))
const words = fc.string({ unit: 'grapheme' })
const { nodes } = fc.letrec<{ node: GroundedNode; nodes: GroundedNode[] }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(words, fc.option(range, { nil: undefined })).map(([value, at]) => text(value, at)),
    words.map((value) => raw(value, 'test/raw')),
    fc.array(id, { maxLength: 3 }).map((ids) => mention(ids)),
    fc
      .tuple(tie('nodes'), fc.array(id, { maxLength: 3 }), fc.boolean())
      .map(([children, ids, hasRoles]) =>
        hasRoles ? { ...phrase(children, ids), roles: ids.map(() => 'object' as const) } : phrase(children, ids)
      )
  ),
  nodes: fc.array(tie('node'), { maxLength: 4 })
}))
const trees: fc.Arbitrary<GroundedText> = fc
  .tuple(nodes, fc.array(fc.record({ id, shape: shapes }), { maxLength: 4 }))
  .map(([children, regions]) => groundedText(children, regions))

test('every tree that the types allow is taken, unchanged, before and after JSON', () => {
  fc.assert(
    fc.property(trees, (tree) => {
      const written: unknown = JSON.parse(JSON.stringify(tree))
      expect(schema.parse(written)).toEqual(written)
      expect(schema.parse(tree)).toEqual(tree)
    }),
    { numRuns: 500 }
  )
})

describe('refused', () => {
  const region = { id: 'r1', shape: { type: 'point', point: [0.5, 0.5] } }
  const withNode = (node: object): object => ({ children: [node], regions: [region] })
  const withShape = (shape: object): object => ({ children: [], regions: [{ id: 'r1', shape }] })

  test('nothing of a sound tree', () => {
    expect(isTaken(withNode({ type: 'mention', regionIds: ['r1'] }))).toBe(true)
    expect(isTaken(withShape({ type: 'polyline', points: [[0, 0], [1, 1]] }))).toBe(true) // prettier-ignore
  })

  test.each<[string, unknown]>([
    ['no object', null],
    ['no regions', { children: [] }],
    ['an unknown key', { children: [], regions: [], extra: 1 }],
    ['a key of the prototype', JSON.parse('{"children":[],"regions":[],"__proto__":{}}')],
    ['an unknown node', withNode({ type: 'image', value: 'x' })],
    ['a phrase without its regions', withNode({ type: 'phrase', children: [] })],
    ['an unknown role', withNode({ type: 'phrase', children: [], regionIds: ['r1'], roles: ['verb'] })],
    ['a position that is no offset', withNode({ type: 'text', value: 'a', position: { start: -1, end: 0.5 } })],
    ['half a surrogate pair', withNode({ type: 'text', value: '\ud83d' })],
    ['an id of two lines', withNode({ type: 'mention', regionIds: ['a\nb'] })],
    ['an empty id', withNode({ type: 'mention', regionIds: [''] })],
    ['a box of three numbers', withShape({ type: 'box', box: [0, 0, 1] })],
    ['a coordinate that is no number', withShape({ type: 'point', point: [0, NaN] })],
    ['a coordinate without end', withShape({ type: 'point', point: [0, Infinity] })],
    ['a quad of three corners', withShape({ type: 'quad', points: [[0, 0], [1, 0], [1, 1]] })], // prettier-ignore
    ['a polygon of two points', withShape({ type: 'polygon', points: [[0, 0], [1, 1]] })], // prettier-ignore
    ['a stroke of one point', withShape({ type: 'polyline', points: [[0, 0]] })],
    ['a mask with half a code', withShape({ type: 'coded-mask', box: [0, 0, 1, 1], codes: [0.5] })],
    ['a shape of another kind', withShape({ type: 'circle', point: [0, 0] })]
  ])('%s', (_name, value) => {
    expect(isTaken(value)).toBe(false)
  })

  test('what is over a limit, and only then', () => {
    const limited = groundedSchemas({
      textLength: 3,
      nodesPerList: 1,
      regionIdsPerNode: 1,
      coordinate: 2,
      pointsPerShape: 3
    })
    const takes = (value: unknown): boolean => limited.text.safeParse(value).success
    expect(takes(withNode({ type: 'text', value: 'abc' }))).toBe(true)
    expect(takes(withNode({ type: 'text', value: 'abcd' }))).toBe(false)
    expect(takes({ children: [text('a'), text('b')], regions: [] })).toBe(false)
    expect(takes(withNode({ type: 'mention', regionIds: ['a', 'b'] }))).toBe(false)
    expect(takes(withShape({ type: 'point', point: [-2, 2] }))).toBe(true)
    expect(takes(withShape({ type: 'point', point: [-2.001, 2] }))).toBe(false)
    expect(takes(withShape({ type: 'polygon', points: [[0, 0], [1, 0], [1, 1], [0, 1]] }))).toBe(false) // prettier-ignore
  })
})
