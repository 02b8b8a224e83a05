import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RegionShape } from '../../geometry/region-shape'
import { normalizedBox } from '../../geometry/space'
import type { GroundedNode } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { regionIdsOf } from '../../grounded/visit'
import { documentOf, region } from '../../lint/testing'
import { phrase, text } from '../../grounded/build'
import { readAnswer } from './answer'
import { findingsAgainst } from './check'
import { contextOf, requestFor } from './request'
import type { ContextKind, ContextRequest } from './request'

const labels = ['dog', 'cat', '狗'].map((name, order) => ({ id: `l-${name}`, name, colour: '#4477aa', order }))
const box = (x0: number, y0: number, x1: number, y1: number): RegionShape => ({
  type: 'box',
  box: normalizedBox(x0, y0, x1, y1)
})
const document = documentOf(
  [
    region('r1', 'dog', box(0.1, 0.2, 0.3, 0.45678)),
    region('r2', 'dog', box(0.6, 0.2, 0.9, 0.5), { phrase: 'a sleeping dog' }),
    region('r3', 'cat', box(0.4, 0.4, 0.5, 0.5), { state: 'proposed' })
  ],
  ['Two dogs on a meadow.'],
  { firstRole: 'assistant' }
)
const asked = (kind: ContextKind, language: 'en' | 'zh-CN' = 'en'): ContextRequest => {
  const request = requestFor(document, labels, kind, language)
  if (request === null) throw new Error('expected a request')
  return request
}

describe('a request', () => {
  test('holds captions and sure things with their boxes, the largest first', () => {
    const { user, system } = asked('conversation')
    expect(user).toContain(
      'Captions:\nTwo dogs on a meadow.\n\nObjects:\ndog (a sleeping dog): [0.600, 0.200, 0.900, 0.500]\ndog: [0.100, 0.200, 0.300, 0.457]\n'
    )
    expect(user).not.toContain('cat')
    expect(system).toContain('<ref>')
    expect(asked('detail', 'zh-CN').user).toContain('物体：\n')
  })

  test('has an id that its words decide', () => {
    expect(asked('detail').id).toBe(asked('detail').id)
    expect(asked('detail').id).not.toBe(asked('detail', 'zh-CN').id)
    const moved = documentOf([region('r1', 'dog', box(0.1, 0.2, 0.3, 0.4))])
    expect(requestFor(moved, labels, 'detail', 'en')?.id).not.toBe(asked('detail').id)
  })

  test('is none for an image with nothing a person stands for', () => {
    expect(contextOf(documentOf([region('r1', 'dog', box(0, 0, 1, 1), { state: 'proposed' })]), labels)).toBeNull()
  })
})

const flat = (nodes: readonly GroundedNode[]): string =>
  nodes
    .map((node) =>
      node.type === 'phrase'
        ? `<${plainText(node.children)}|${node.regionIds.join(' ')}>`
        : node.type === 'mention'
          ? `▢${node.regionIds.join(' ')}`
          : node.value
    )
    .join('')
const read = (kind: ContextKind, answer: string, language: 'en' | 'zh-CN' = 'en') => {
  const { exchanges, problems } = readAnswer(asked(kind, language), answer)
  return {
    said: exchanges.map(({ question, answer: words }) => [flat(question), flat(words)]),
    problems: problems.map(({ code }) => code)
  }
}

describe('an answer', () => {
  test('is read line by line, with the boxes of the context', () => {
    const answer = [
      'Here is the conversation:',
      '**Question:** How many dogs are there?',
      'Answer: There are <ref>two dogs</ref>[0.100, 0.200, 0.300, 0.457] [0.6,0.2,0.9,0.5].',
      '',
      'Question 2: What is <ref>the right one</ref>[0.600, 0.200, 0.900, 0.500] doing?',
      'Answer: Sleeping.'
    ].join('\n')
    expect(read('conversation', answer)).toEqual({
      said: [
        ['How many dogs are there?', 'There are <two dogs|r1 r2>.'],
        ['What is <the right one|r2> doing?', 'Sleeping.']
      ],
      problems: []
    })
    expect(read('reasoning', '问：为什么？\n答：因为<ref>狗</ref>[0.6, 0.2, 0.9, 0.5]累了。', 'zh-CN').said).toEqual([
      ['为什么？', '因为<狗|r2>累了。']
    ])
  })

  test.each([
    [
      'a box that is not in the context',
      'A <ref>bird</ref>[0.010, 0.020, 0.300, 0.400] sings.',
      'A bird sings.',
      ['build/box-unknown']
    ],
    ['a bare box that is not', 'A bird [0.010, 0.020, 0.300, 0.400] sings.', 'A bird sings.', ['build/box-unknown']],
    ['a bare box that is', 'A dog [0.1, 0.2, 0.3, 0.457] barks.', 'A dog ▢r1 barks.', []],
    [
      'one of two boxes',
      'Two <ref>dogs</ref>[0.6, 0.2, 0.9, 0.5][0.7, 0.2, 0.9, 0.5] play.',
      'Two <dogs|r2> play.',
      ['build/box-unknown']
    ],
    ['a box of five numbers', 'A <ref>dog</ref>[0.6, 0.2, 0.9, 0.5, 1] naps.', 'A dog naps.', ['build/box-unknown']],
    ['a proposal', 'A <ref>cat</ref>[0.400, 0.400, 0.500, 0.500] naps.', 'A cat naps.', ['build/box-unknown']],
    ['a citation', 'A dog [1] naps.', 'A dog [1] naps.', []],
    ['an unclosed mark', 'A <ref>dog naps.', 'A dog naps.', []],
    ['words without a box', 'The <ref>meadow</ref> is wide.', 'The meadow is wide.', []],
    ['several paragraphs', 'A dog naps.\n\nAnother naps.', 'A dog naps. Another naps.', []]
  ])('with %s', (_, answer, words, problems) => {
    expect(read('detail', answer)).toEqual({ said: [[expect.any(String), words]], problems })
  })

  test.each([
    ['conversation', 'I cannot help with that.', 'build/answer-unreadable'],
    ['conversation', 'Question: What is it?', 'build/answer-unreadable'],
    ['reasoning', '', 'build/answer-unreadable'],
    ['detail', ' \n ', 'build/answer-unreadable'],
    [
      'detail',
      'A long description of two dogs that are lying on a wide green meadow and the',
      'build/answer-unfinished'
    ]
  ] as const)('to %s that says %j is not used', (kind, answer, code) => {
    const { said, problems } = read(kind, answer)
    expect(said).toEqual([])
    expect(problems).toContain(code)
  })

  test('never holds a region that the context has not, whatever the model writes', () => {
    const pieces = fc.constantFrom(
      'Question: ',
      'Answer: ',
      '\n',
      '<ref>',
      '</ref>',
      'dog',
      ' ',
      '[0.6, 0.2, 0.9, 0.5]',
      '[0.1',
      ', 0.2, 0.3, 0.457]',
      '[',
      ']',
      '0.5',
      ',',
      '问：',
      '答：',
      '```'
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), fc.constantFrom('conversation', 'detail'), (parts, kind) => {
        const { exchanges } = readAnswer(asked(kind as ContextKind), parts.join(''))
        for (const { question, answer } of exchanges) {
          for (const id of regionIdsOf([...question, ...answer])) expect(['r1', 'r2']).toContain(id)
          expect(plainText(answer).trim()).not.toBe('')
          expect(plainText([...question, ...answer])).not.toMatch(/<\/?ref>|\[0\.6, 0\.2, 0\.9, 0\.5\]/)
        }
      })
    )
  })
})

test('what contradicts the regions is found', () => {
  const dialogue = (words: readonly GroundedNode[]) => ({
    task: 'detail',
    language: 'en' as const,
    exchanges: [{ question: [text('Describe it.')], answer: words }],
    provenance: { origin: 'model' as const }
  })
  const rules = (words: readonly GroundedNode[]) =>
    findingsAgainst(document, labels, dialogue(words)).map(({ rule }) => rule)
  expect(rules([phrase('The left dog', ['r1']), text(' naps.')])).toEqual([])
  expect(rules([phrase('The left dog', ['r2']), text(' naps.')])).toEqual(['side-contradicts-geometry'])
  expect(rules([text('There are three dogs.')])).toEqual(['count-contradicts-regions'])
  expect(rules([phrase('Three dogs', ['r1', 'r2']), text(' nap.')])).toEqual(['count-contradicts-links'])
})
