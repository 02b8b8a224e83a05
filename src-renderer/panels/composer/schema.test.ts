import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shikra } from '../../../src-shared/dialects/shikra'
import { plainText } from '../../../src-shared/grounded/plain-text'
import type { GroundedNode } from '../../../src-shared/grounded/nodes'
import { findLiteral } from './literal'
import {
  documentFromNodes,
  mentionQuery,
  nodesFromDocument,
  regionsInDocument,
  spacesAround,
  trimMessage
} from './schema'

const text = (value: string): GroundedNode => ({ type: 'text', value })
const mention = (id: string): GroundedNode => ({ type: 'mention', regionIds: [id] })

describe('a message', () => {
  it.each<[string, readonly GroundedNode[]]>([
    ['nothing', []],
    ['words', [text('What is this?')]],
    ['a region among words', [text('What is '), mention('r1'), text('?')]],
    ['regions side by side', [mention('r1'), mention('r2')]],
    ['lines', [text('one\n\ntwo '), mention('r1'), text('\nthree')]]
  ])('comes back as it was written: %s', (_name, nodes) => {
    expect(nodesFromDocument(documentFromNodes(nodes))).toEqual(nodes)
  })

  it('keeps every letter and every region, whatever they are', () => {
    const node = fc.oneof(fc.string().map(text), fc.constantFrom('r1', 'r2').map(mention))
    fc.assert(
      fc.property(fc.array(node), (nodes) => {
        const back = nodesFromDocument(documentFromNodes(nodes))
        const words = (list: readonly GroundedNode[]): string => plainText(list, (ids) => `<${ids.join()}>`)
        expect(words(back)).toBe(words(nodes))
      })
    )
  })

  it('names each region once, in order', () => {
    expect(regionsInDocument(documentFromNodes([mention('b'), text(' '), mention('a'), mention('b')]))).toEqual([
      'b',
      'a'
    ])
  })

  it('writes a phrase as its words and its regions', () => {
    const phrase: GroundedNode = { type: 'phrase', children: [text('the dog')], regionIds: ['r1'] }
    expect(nodesFromDocument(documentFromNodes([phrase, text('?')]))).toEqual([
      text('the dog'),
      mention('r1'),
      text('?')
    ])
  })
})

describe('what is sent', () => {
  it('has no blanks around it', () => {
    expect(trimMessage([text('  What is '), mention('r1'), text(' ')])).toEqual([text('What is '), mention('r1')])
    expect(trimMessage([text('  ')])).toEqual([])
    expect(trimMessage([mention('r1')])).toEqual([mention('r1')])
  })
})

describe('looking for a region', () => {
  it.each([
    ['@', ''],
    ['what is @bo', 'bo'],
    ['这是@船', null],
    ['是，@船', '船'],
    ['mail me@home', null],
    ['@box 1', null],
    ['no', null]
  ])('finds in %j the query %j', (before, query) => expect(mentionQuery(before)).toBe(query))
})

describe('spaces around a region', () => {
  it.each([
    ['', '', false, true],
    ['is', '', true, true],
    ['is ', '?', false, false],
    ['is ', 'red', false, true],
    ['这是', '', false, false],
    ['(', ')', false, false]
  ])('%j … %j', (before, after, first, second) =>
    expect(spacesAround(before, after)).toEqual({ before: first, after: second })
  )
})

describe('a region written as numbers', () => {
  const model = { dialect: shikra.profile.id, space: 'original' } as const
  const size = { width: 100, height: 100 }
  const find = (value: string): ReturnType<typeof findLiteral> =>
    findLiteral(documentFromNodes([text(value)]), model, size)

  it('is found where it stands, and only the numbers are taken', () => {
    const literal = find('What is [0.100,0.200,0.300,0.400]?')
    expect(literal).toMatchObject({
      text: '[0.100,0.200,0.300,0.400]',
      shape: { type: 'box', box: [0.1, 0.2, 0.3, 0.4] }
    })
    expect([literal?.from, literal?.to]).toEqual([9, 34])
  })

  it('is found behind a phrase without taking its words', () => {
    expect(find('the red dog [0.1,0.2,0.3,0.4]')?.text.trim()).toBe('[0.1,0.2,0.3,0.4]')
  })

  it('is not seen in other brackets', () => {
    expect(find('see [1] and [0.1, 0.2')).toBeNull()
  })
})
