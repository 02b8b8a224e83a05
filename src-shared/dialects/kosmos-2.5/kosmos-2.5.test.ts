import { describe, expect, test } from 'vitest'
import { coordinatesOf } from '../../geometry/shape'
import { roundTiesToEven } from '../../geometry/round'
import { groundedText, mention, phrase } from '../../grounded/build'
import { shapeFromFractions } from '../kit/coordinates'
import { readRegions } from '../reference/agreement'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { kosmos25 } from './index'
import { patchedSize } from './profile'

const BOX = '<bbox><x_53><y_573><x_69><y_606></bbox>'
const image = { width: 1000, height: 2000 }
const resized = { width: 1024, height: 1024 }

describeDialectLaws({
  dialect: kosmos25,
  contexts: lawContexts(['resized']),
  grammarContexts: lawContexts(['resized']).map((context) => ({ ...context, mode: 'lenient' as const })),
  trees: lawTrees({
    kinds: ['box'],
    connectors: ['', 'Page 1: ', '\n', '总计\n', ' and '],
    phrases: ['1', '[REG] BLACK SAKURA', '合计 45,455', 'a < b', '10%'],
    most: 1,
    hasMentions: true,
    hasEmptyPhrases: false
  }),
  quantize(shape, { resized: { width = 0, height = 0 } = {} }) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = coordinatesOf(shape)
    /** A pixel at least, towards the middle of what had none. */
    const onAxis = (from: number, to: number, side: number): readonly [number, number] => {
      const [a, b] = [roundTiesToEven(from * side), roundTiesToEven(to * side)]
      if (a < b) return [a / side, b / side]
      const goesUp = a === 0 || (a < side && from * side + to * side >= 2 * a)
      return goesUp ? [a / side, (a + 1) / side] : [(a - 1) / side, a / side]
    }
    const [left, right] = onAxis(x0, x1, width)
    const [top, bottom] = onAxis(y0, y1, height)
    return shapeFromFractions('box', [left, top, right, bottom], 'original', { image })
  },
  canonical: [
    '<bbox><x_1><y_2><x_8><y_9></bbox>1\n<bbox><x_0><y_0><x_9><y_9></bbox>[REG] BLACK SAKURA\n</s>',
    '<ocr><bbox><x_1><y_2><x_8><y_9></bbox>\nand a < b, <x_1>'
  ],
  noise: lawNoise([
    ...['<bbox>', '</bbox>', '<x_53>', '<y_573>', '<x_', '<bb', BOX, `${BOX}1\n`, '\n', '<ocr>', '</s>', '</bb'],
    ...['<x_53><y_573><x_69><y_606></bbox>', '<x_90><y_40><x_90><y_60>', '<x_99999>', '<x_053>']
  ]),
  slowPatterns: ['<bbox>', '<x_1>', '<x_1><y_1>', BOX, `${BOX}a\n`, '<bbox><x_1><y_2>', '<bbox> ', '<', '\n', 'x ']
})

describe('damaged text', () => {
  test.each<readonly [name: string, source: string, strict: number, lenient: number, codes: readonly string[]]>([
    ['nothing wrong', `${BOX}1\n`, 1, 1, []],
    ['no text', `${BOX}\n`, 1, 1, []],
    ['the last line without a line break', `${BOX}1`, 1, 1, []],
    ['two boxes on a line', `${BOX}1${BOX}2\n`, 2, 2, []],
    ['no width', '<bbox><x_90><y_40><x_90><y_60></bbox>zero\n', 0, 1, ['degenerate']],
    ['no height', '<bbox><x_90><y_60><x_99><y_60></bbox>zero\n', 0, 1, ['degenerate']],
    ['reversed', '<bbox><x_95><y_40><x_90><y_60></bbox>a\n', 0, 1, ['reversed']],
    ['upside down', '<bbox><x_90><y_60><x_95><y_40></bbox>a\n', 0, 1, ['reversed']],
    ['beyond the picture', '<bbox><x_90><y_40><x_1200><y_60></bbox>a\n', 1, 1, ['out-of-range']],
    ['three numbers', '<bbox><x_90><y_40><x_95></bbox>a\n', 0, 0, ['arity']],
    ['five numbers', '<bbox><x_90><y_40><x_95><y_60><x_1></bbox>a\n', 0, 0, ['arity']],
    ['axes in another order', '<bbox><y_40><x_90><y_60><x_95></bbox>a\n', 0, 0, ['arity']],
    ['spaces inside', '<bbox> <x_90> <y_40><x_95><y_60> </bbox>a\n', 0, 1, ['whitespace']],
    ['leading zeros', '<bbox><x_090><y_40><x_95><y_60></bbox>a\n', 1, 1, ['precision']],
    ['words for numbers', '<bbox><x_a><y_40><x_95><y_60></bbox>a\n', 0, 0, ['not-a-number']],
    ['not closed in the middle', '<bbox><x_90><y_40><x_95><y_60>a\n', 0, 0, ['not-a-number']],
    ['not closed at the end', '<bbox><x_90><y_40><x_95><y_60>', 0, 1, ['missing-bracket']],
    ['not closed before the end mark', '<bbox><x_90><y_40><x_95><y_60></s>', 0, 1, ['missing-bracket']],
    ['cut in the closing mark', '<bbox><x_90><y_40><x_95><y_60></bb', 0, 1, ['missing-bracket']],
    ['cut in a number', `${BOX}1\n<bbox><x_90><y_40><x_95><y_6`, 1, 1, ['truncated']],
    ['cut after three numbers', `${BOX}1\n<bbox><x_90><y_40><x_95>`, 1, 1, ['truncated']],
    ['cut behind the opening mark', `${BOX}1\n<bbox>`, 1, 1, ['truncated']],
    ['a reply to a prompt that ends in the opening mark', '<x_53><y_573><x_69><y_606></bbox>1\n', 1, 1, []],
    ['the same, later in the text', 'a <x_53><y_573><x_69><y_606></bbox>1\n', 0, 0, []],
    ['Markdown', '# Title\n\n| a | b |\n', 0, 0, []]
  ])('%s', (_name, source, strict, lenient, codes) => {
    expect(kosmos25.parse(source, { image, resized }).tree.regions).toHaveLength(strict)
    const { tree, diagnostics } = kosmos25.parse(source, { image, resized, mode: 'lenient' })
    expect(tree.regions).toHaveLength(lenient)
    expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
  })

  test('a label ends at the line break, and what follows is words', () => {
    const { tree } = kosmos25.parse(`${BOX} a < b \nmore\n`, { image, resized })
    expect(tree.children).toMatchObject([{ type: 'phrase', children: [{ value: 'a < b' }] }, { value: 'more\n' }])
  })
  test('no text is an empty label', () => {
    expect(readRegions(kosmos25, `${BOX}\n`, { image, resized }).map(({ label }) => label)).toEqual([''])
  })
  test.each(['strict', 'lenient'] as const)('beyond the picture is its border, %s', (mode) => {
    const source = '<bbox><x_512><y_0><x_2000><y_1024></bbox>a\n'
    expect(readRegions(kosmos25, source, { image, resized, mode })[0]?.numbers).toEqual([0.5, 0, 1, 1])
  })
  test('the released readers cut to whole pixels of the original', () => {
    const context = { image, resized, settings: { decode: 'int' } }
    const [region] = readRegions(kosmos25, BOX, context)
    // 53/1024·1000 = 51.76, 573/1024·2000 = 1119.1, 69/1024·1000 = 67.4, 606/1024·2000 = 1183.6
    expect(region?.numbers.map((value, i) => value * (i % 2 === 0 ? 1000 : 2000))).toEqual([51, 1119, 67, 1183])
  })
})

describe('writing', () => {
  const written = (coords: readonly number[], pixels?: readonly number[]): string =>
    kosmos25.print(
      groundedText([mention('r')], [{ id: 'r', shape: shapeFromFractions('box', coords, 'original', { image }) }]),
      { image, resized, ...(pixels === undefined ? {} : { pixels: new Map([['r', pixels]]) }) }
    ).text
  test.each<readonly [name: string, coords: readonly number[], numbers: string]>([
    ['ties to even', [0.5 / 1024, 1.5 / 1024, 100.5 / 1024, 101.5 / 1024], '0 2 100 102'],
    ['the whole picture', [0, 0, 1, 1], '0 0 1024 1024'],
    ['outside is cut', [-0.1, -1, 1.5, 2], '0 0 1024 1024'],
    ['no width gets a pixel', [0.5, 0.25, 0.5, 0.5], '512 256 513 512'],
    ['at the border too', [1, 0, 1, 1], '1023 0 1024 1024'],
    ['reversed is ordered', [0.75, 0.5, 0.25, 1], '256 512 768 1024']
  ])('%s', (_name, coords, numbers) => {
    expect(written(coords).match(/\d+/g)?.join(' ')).toBe(numbers)
  })
  test('pixels are multiplied by the ratio of the sides', () => {
    expect(written([0.1, 0.1, 0.2, 0.2], [100, 200, 200, 400]).match(/\d+/g)?.join(' ')).toBe('102 102 205 205')
  })
  test('regions of one phrase are lines of their own, and that is said', () => {
    const shape = shapeFromFractions('box', [0, 0, 0.5, 0.5], 'original', { image })
    const tree = groundedText(
      [phrase('a\nb', ['r', 's'])],
      [
        { id: 'r', shape },
        { id: 's', shape }
      ]
    )
    const { text, losses } = kosmos25.print(tree, { image, resized })
    const line = '<bbox><x_0><y_0><x_512><y_512></bbox>a b\n'
    expect(text).toBe(line + line)
    expect(losses.map(({ code }) => code).sort()).toEqual(['dialect/escaped', 'dialect/split-group'])
  })
})

describe('the size of the resized picture', () => {
  // The rule of transformers' image processor, worked out by hand: ⌊side·√(4096·256/(w·h))/16⌋·16.
  test.each([
    [1024, 1024, 1024, 1024],
    [640, 480, 1168, 880],
    [480, 640, 880, 1168],
    [1, 1, 1024, 1024],
    [30_000, 7, 65_536, 16]
  ])('%i × %i becomes %i × %i', (width, height, w, h) => {
    expect(patchedSize({ width, height })).toEqual({ width: w, height: h })
  })
  test('is worked out when it is not given', () => {
    const [region] = readRegions(kosmos25, '<bbox><x_584><y_440><x_1168><y_880></bbox>a\n', {
      image: { width: 640, height: 480 }
    })
    expect(region?.numbers).toEqual([0.5, 0.5, 1, 1])
  })
})
