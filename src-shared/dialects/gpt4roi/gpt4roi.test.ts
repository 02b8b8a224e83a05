import { describe, expect, test } from 'vitest'
import { normalizedBox } from '../../geometry/space'
import { groundedText, mention, phrase, text } from '../../grounded/build'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { gpt4Roi } from './index'

const image = { width: 640, height: 480 }

describeDialectLaws({
  dialect: gpt4Roi,
  contexts: lawContexts(),
  // Trees of words: what a region becomes is not read back.
  trees: lawTrees({
    kinds: ['box'],
    connectors: ['What is in region1?', ', ', '\n', ' 和 ', 'a < b. '],
    phrases: ['x'],
    most: 0,
    hasMentions: true,
    hasEmptyPhrases: true
  }).map(({ children }) => groundedText(children.filter(({ type }) => type === 'text'))),
  quantize: (shape) => shape,
  canonical: [
    '',
    'What is in region1 <bbox>?',
    '<bbox> may feature a dog, region1 <bbox> is left of region2 <bbox>, so region1 is first</s>',
    'a <b> [0.1,0.2,0.3,0.4] (1),(2)'
  ],
  noise: lawNoise([
    ...['<bbox>', 'region1 <bbox>', '<region1>', '<1>', '<point>', '<bb', 'region', '<region', '</s>', '</'],
    ...['[0.1,0.2,0.3,0.4]', '<12345>', 'ox>']
  ]),
  slowPatterns: ['<', '<bbox>', '<region', 'region1 <bbox>', '<1', 'x ', '</s']
})

describe('a reader finds no coordinates', () => {
  test.each([
    ['What is in region1 <bbox>?', ['placeholder']],
    ['What is <region1>, and <2>?', ['placeholder', 'placeholder']],
    ['region1 [0.1,0.2,0.3,0.4] <box>[[1, 2, 3, 4]]</box>', []],
    ['<point>', ['placeholder']],
    ['region1 <bbo', []]
  ])('%s', (source, codes) => {
    for (const mode of ['strict', 'lenient'] as const) {
      const { tree, diagnostics } = gpt4Roi.parse(source, { image, mode })
      expect(tree.regions).toEqual([])
      expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
    }
  })
})

describe('a printer names regions in the order of first mention', () => {
  const regions = ['b', 'a', 'c'].map((id, i) => ({
    id,
    shape: { type: 'box' as const, box: normalizedBox(i / 10, 0, 1, 1) }
  }))
  test('with a mark the first time only, and says that the box is not in the text', () => {
    const tree = groundedText(
      [text('Is '), mention('a'), text(' like '), phrase('the dogs', ['b', 'a']), text('? See '), mention('a')],
      regions
    )
    const { text: printed, losses } = gpt4Roi.print(tree, { image })
    expect(printed).toBe('Is region1 <bbox> like the dogs region2 <bbox>, region1? See region1')
    expect(losses.map(({ code, path }) => [code, path])).toEqual([
      ['dialect/coordinates', [1]],
      ['dialect/coordinates', [3]]
    ])
    expect(gpt4Roi.parse(printed, { image }).tree.regions).toEqual([])
  })
  test('and nothing that a user wrote becomes a mark', () => {
    const tree = groundedText([text('<bbox> <region1> <7> <b> '), mention('a'), phrase('no <bbox> dog', [])], regions)
    const { text: printed, losses } = gpt4Roi.print(tree, { image })
    expect(printed).toBe('(bbox> (region1> (7> <b> region1 <bbox>no (bbox> dog')
    expect(losses.map(({ code, path }) => [code, path])).toEqual([
      ['dialect/coordinates', [1]],
      ['dialect/ungrounded-phrase', [2]],
      ['dialect/escaped', [0]],
      ['dialect/escaped', [0]],
      ['dialect/escaped', [0]],
      ['dialect/escaped', [2]]
    ])
  })
  test('a region that does not exist, or is inside the words of a phrase, is said', () => {
    const tree = groundedText([mention('x'), phrase([text('a dog '), mention('c')], ['a'])], regions)
    const { text: printed, losses } = gpt4Roi.print(tree, { image })
    expect(printed).toBe('a dog region1 <bbox>, region2 <bbox>')
    expect(losses.map(({ code }) => code)).toEqual([
      'dialect/unknown-region',
      'dialect/nested-phrase',
      'dialect/coordinates',
      'dialect/coordinates'
    ])
  })
})
