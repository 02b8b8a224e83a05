import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
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

describe('what is sound', () => {
  const regions = [
    { id: 'man', shape: box },
    { id: 'horse', shape: point },
    { id: 'hat', shape: box }
  ]
  const nested = groundedText(
    [
      phrase([text('the man in '), phrase('a hat', ['hat']), text(' on '), mention('horse')], ['man', 'horse']),
      text(' is watched; '),
      phrase('he', ['man']),
      text(' has '),
      phrase('no saddle', [])
    ],
    regions
  )

  test('phrases inside phrases, one region in several places, phrases without regions', () => {
    expect(validateGroundedText(nested)).toEqual([])
    expect(plainText(nested.children)).toBe('the man in a hat on ▢ is watched; he has no saddle')
    expect(normalize(nested).children).toEqual(nested.children)
    expect(regionIdsOf(nested.children)).toEqual(['hat', 'horse', 'man'])
  })

  test('one role for each region, and no other count', () => {
    const riding = { ...phrase('riding', ['man', 'horse']), roles: ['subject', 'object'] as const }
    expect(validateGroundedText(groundedText([riding, mention('hat')], regions))).toEqual([])
    const broken = { ...riding, roles: ['subject'] as const }
    expect(validateGroundedText(groundedText([broken, mention('hat')], regions)).map(({ code }) => code)).toEqual([
      'grounded/role-count'
    ])
  })

  test('a renamed tree keeps every place of a shared region together', () => {
    let n = 0
    const renamed = renameRegions(nested, () => `n${++n}`)
    expect(validateGroundedText(renamed)).toEqual([])
    expect(nodeAt(renamed.children, [2])).toEqual(phrase('he', ['n3']))
    expect(nodeAt(renamed.children, [0])).toMatchObject({ regionIds: ['n3', 'n2'] })
  })
})

describe('positions', () => {
  const at = (start: number, end: number) => ({ start, end })
  test.each<[string, readonly GroundedNode[], number]>([
    ['one after the other, gaps and all', [text('a', at(0, 1)), text('b', at(3, 4))], 0],
    ['children inside their phrase', [phrase([text('a', at(2, 3))], ['r1'], at(0, 5))], 0],
    ['only some known', [text('a'), phrase([text('b', at(4, 5))], ['r1']), text('c', at(5, 6))], 0],
    ['reversed', [text('a', at(3, 1))], 1],
    ['over the one before', [text('ab', at(0, 2)), text('b', at(1, 2))], 1],
    ['a child outside its phrase', [phrase([text('a', at(0, 9))], ['r1'], at(0, 5))], 1],
    ['a grandchild outside a phrase', [phrase([phrase([text('a', at(7, 8))], ['r1'])], ['r1'], at(0, 5))], 1]
  ])('%s', (_name, children, findings) => {
    const codes = validateGroundedText(
      groundedText(
        children,
        regionIdsOf(children).map((id) => ({ id, shape: box }))
      )
    )
    expect(codes.map(({ code }) => code)).toEqual(Array.from({ length: findings }, () => 'grounded/bad-position'))
  })
})
