import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalizedBox, normalizedPoint } from '../geometry/space'
import { groundedText, mention, phrase, raw, text } from './build'
import type { GroundedNode } from './nodes'
import { normalize, normalizeNodes, renameRegions, withoutPositions } from './normalize'
import { plainText } from './plain-text'
import { validateGroundedText } from './validate'
import { mapNodes, nodeAt, regionIdsOf, replaceNodeAt, visitNodes } from './visit'

const ids = fc.array(fc.constantFrom('r1', 'r2', 'r3'), { maxLength: 2 })
const { nodes } = fc.letrec<{ node: GroundedNode; nodes: readonly GroundedNode[] }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.string({ maxLength: 4 }).map((value): GroundedNode => text(value)),
    fc.string({ maxLength: 4 }).map((value): GroundedNode => raw(value, 'test/raw')),
    ids.map((regionIds): GroundedNode => mention(regionIds)),
    fc.tuple(tie('nodes'), ids).map(([children, regionIds]): GroundedNode => phrase(children, regionIds))
  ),
  nodes: fc.array(tie('node'), { maxLength: 4 })
}))
const box = { type: 'box', box: normalizedBox(0, 0, 1, 1) } as const
const point = { type: 'point', point: normalizedPoint(0, 0) } as const

test('normalizing keeps words and regions, and a second time changes nothing', () => {
  fc.assert(
    fc.property(nodes, (tree) => {
      const once = normalizeNodes(tree)
      expect(plainText(once, () => '')).toBe(plainText(tree, () => ''))
      expect(regionIdsOf(once)).toEqual(regionIdsOf(tree))
      expect(normalizeNodes(once)).toEqual(once)
      visitNodes(once, (node) => {
        if (node.type === 'text' || node.type === 'raw') expect(node.value).not.toBe('')
        if (node.type === 'mention') expect(node.regionIds).not.toEqual([])
      })
    }),
    { numRuns: 1000 }
  )
})

test('adjacent text merges, with its position when the parts touch', () => {
  expect(
    normalizeNodes([text('a', { start: 0, end: 1 }), text(''), text('b', { start: 1, end: 2 }), text('c')])
  ).toEqual([text('abc')])
  expect(normalizeNodes([text('a', { start: 0, end: 1 }), text('b', { start: 1, end: 2 })])).toEqual([
    text('ab', { start: 0, end: 2 })
  ])
})

test('a phrase without words is a mention, one without regions stays', () => {
  expect(normalizeNodes([phrase('', ['r1']), phrase('', []), phrase('no cat', [])])).toEqual([
    mention('r1'),
    phrase('no cat', [])
  ])
})

test('normalize drops regions that no words name and orders the rest by appearance', () => {
  const tree = groundedText(
    [mention('b'), phrase('x', ['a'])],
    [
      { id: 'a', shape: box },
      { id: 'c', shape: box },
      { id: 'b', shape: point }
    ]
  )
  expect(normalize(tree).regions.map(({ id }) => id)).toEqual(['b', 'a'])
})

test('renaming follows the order of appearance and leaves no old id', () => {
  const tree = groundedText(
    [mention(['b', 'a']), phrase('x', ['a'])],
    [
      { id: 'a', shape: box },
      { id: 'b', shape: point }
    ]
  )
  let n = 0
  expect(renameRegions(tree, () => `n${++n}`)).toEqual(
    groundedText(
      [mention(['n1', 'n2']), phrase('x', ['n2'])],
      [
        { id: 'n2', shape: box },
        { id: 'n1', shape: point }
      ]
    )
  )
})

test('a path leads to the node that was visited with it, and replacing by itself changes nothing', () => {
  fc.assert(
    fc.property(nodes, (tree) => {
      visitNodes(tree, (node, path) => {
        expect(nodeAt(tree, path)).toBe(node)
        expect(replaceNodeAt(tree, path, [node])).toEqual(tree)
      })
    })
  )
  expect(nodeAt([text('a')], [0, 0])).toBeNull()
  expect(nodeAt([], [0])).toBeNull()
  expect(replaceNodeAt([text('a'), text('b')], [0], [])).toEqual([text('b')])
})

test('mapping with the identity gives an equal tree', () => {
  fc.assert(
    fc.property(nodes, (tree) => {
      expect(mapNodes(tree, (node) => node)).toEqual(tree)
    })
  )
})

test('positions can be taken off everywhere', () => {
  const at = { start: 0, end: 1 }
  expect(withoutPositions([phrase([text('a', at)], ['r1'], at), mention('r1', at), raw('x', 'y', at)])).toEqual([
    phrase('a', ['r1']),
    mention('r1'),
    raw('x', 'y')
  ])
})

test('plain text holds the words, and a mark for a region used as a word', () => {
  const tree = [text('Is '), phrase('the dog', ['r1']), text(' in '), mention('r2'), raw(' [0.1', 'x')]
  expect(plainText(tree)).toBe('Is the dog in ▢ [0.1')
  expect(plainText(tree, ([id]) => `<${id}>`)).toBe('Is the dog in <r2> [0.1')
})

test('validation names each thing that is wrong', () => {
  const broken = groundedText(
    [mention([]), phrase('x', ['gone'])],
    [
      { id: 'r1', shape: box },
      { id: 'r1', shape: { type: 'point', point: normalizedPoint(NaN, 0) } }
    ]
  )
  expect(
    validateGroundedText(broken)
      .map(({ code }) => code)
      .sort()
  ).toEqual([
    'grounded/dangling-region',
    'grounded/duplicate-region',
    'grounded/empty-mention',
    'grounded/not-finite',
    'grounded/unused-region'
  ])
  expect(validateGroundedText(groundedText([mention('r1')], [{ id: 'r1', shape: box }]))).toEqual([])
})
