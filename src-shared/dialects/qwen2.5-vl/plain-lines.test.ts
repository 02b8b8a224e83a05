import { describe, expect, test } from 'vitest'
import { roundTiesToEven } from '../../geometry/round'
import { coordinatesOf } from '../../geometry/shape'
import { plainText } from '../../grounded/plain-text'
import { shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { findVariant } from '../registry'
import { qwen25VlLines } from './index'

describeDialectLaws({
  dialect: qwen25VlLines,
  contexts: lawContexts(['resized']),
  trees: lawTrees({
    kinds: ['box'],
    connectors: [' is ', '\n', ' 和 ', '. ', '12', 'a\n\n'],
    phrases: ['the dog', '击掌', '12', 'a, b', '5,6', "woman's hat"],
    most: 1,
    hasMentions: true,
    hasEmptyPhrases: false
  }),
  quantize(shape, context) {
    const { width = 0, height = 0 } = context.resized ?? {}
    const numbers = coordinatesOf(shape).map((value, i) => {
      const side = i % 2 === 0 ? width : height
      return Math.min(roundTiesToEven(value * side), side - 1) / side
    })
    return shapeFromFractions(shape.type, numbers, 'original', context)
  },
  canonical: [
    '0,1,8,7 lamp\n1,2,3,4 米饭',
    'Two.\n0,1,2,3 a, b\nDone<|im_end|>',
    '0,1,2,3 \n0,1,2,3 a',
    '1, 2, 3 and 4'
  ],
  noise: lawNoise([
    ...[
      '1,2,3,4 a',
      '\n1,2,3,4 a\n',
      '12',
      ',',
      ', ',
      '1,2,3',
      '\n',
      '\r\n',
      '-1',
      '1.5',
      ' cat',
      '<|im_end|>',
      '<|im'
    ],
    ...['1,2,3,4', '\n10', '9,8,7,6 x']
  ]),
  slowPatterns: ['1,', '\n1,2,3,4 a', '1,2,3,4 ', ',', '\n1,', '1', '\n', '1,2,3,4 <|im_end', '<|im_end|>1,2,3,4', ' ,']
})

describe('lines', () => {
  const image = { width: 1000, height: 500 }
  const read = (source: string, mode: 'strict' | 'lenient') => {
    const { tree, diagnostics } = qwen25VlLines.parse(source, { image, resized: image, mode })
    return {
      boxes: tree.regions.map(({ shape }) => coordinatesOf(shape)),
      labels: tree.children.flatMap((node) => (node.type === 'phrase' ? [plainText(node.children)] : [])),
      codes: diagnostics.map(({ code }) => code.slice('dialect/'.length))
    }
  }
  const BOX = [0.01, 0.04, 0.3, 0.8]

  test.each([
    ['10,20,300,400 cat', [BOX], ['cat'], []],
    ['10,20,300,400 cat\r\n10,20,300,400 the, dog\r\n', [BOX, BOX], ['cat', 'the, dog'], []],
    ['Here:\n10,20,300,400 cat\nDone', [BOX], ['cat'], []],
    ['10,20,300,400 cat<|im_end|>', [BOX], ['cat'], []],
    ['10,20,300,400<|im_end|>', [BOX], [], []],
    ['300,400,10,20 cat', [BOX], ['cat'], ['reversed']],
    ['10, 20, 300, 400 cat', [], [], ['whitespace']],
    ['10.0,20,300,400 cat', [], [], ['precision']],
    ['10,20,300 cat', [], [], ['arity']],
    ['10,20,300,400,500 cat', [], [], ['arity']],
    ['10,20 cats', [], [], []],
    ['10,20,300,400', [], [], ['truncated']],
    ['10,20,300,400 cat\n10,20,3', [BOX], ['cat'], ['truncated']],
    ['at 10,20,300,400 cat', [], [], []],
    ['10,20,300,400cat', [], [], []],
    ['x0,y0,x1,y1 object', [], [], []]
  ])('strict: %j', (source, boxes, labels, codes) => {
    expect(read(source, 'strict')).toEqual({ boxes, labels, codes })
  })

  test.each([
    ['10, 20, 300, 400 cat', [BOX], ['whitespace']],
    ['10.0,20,300,400 cat', [BOX], ['precision']],
    ['-5,20,300,9999 cat', [[0, 0.04, 0.3, 2]], ['precision', 'out-of-range']],
    ['10,20,10,400 cat', [[0.01, 0.04, 0.01, 0.8]], ['degenerate']]
  ])('lenient: %j', (source, boxes, codes) => {
    expect(read(source, 'lenient')).toEqual({ boxes, labels: ['cat'], codes })
  })

  test('are known as a variant of Qwen2.5-VL', () => {
    expect(findVariant('qwen2.5-vl', 'lines')?.dialect).toBe(qwen25VlLines)
  })
})
