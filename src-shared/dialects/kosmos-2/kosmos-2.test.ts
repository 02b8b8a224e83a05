import { describe, expect, test } from 'vitest'
import { coordinatesOf } from '../../geometry/shape'
import type { GroundedShape } from '../../geometry/region-shape'
import { normalizedBox } from '../../geometry/space'
import { groundedText, mention, phrase, text } from '../../grounded/build'
import { plainText } from '../../grounded/plain-text'
import { shapeFromFractions } from '../kit/coordinates'
import { lawContexts, lawNoise, lawTrees } from '../law-trees'
import { describeDialectLaws } from '../laws'
import { kosmos2, kosmos2Paper } from './index'

const image = { width: 640, height: 480 }
const P = '<patch_index_0044><patch_index_0863>'
const DELIMITER = '</delimiter_of_multi_objects/>'

/** By the words of the sources, with no thought for order or speed. */
function quantize(shape: GroundedShape): GroundedShape {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = coordinatesOf(shape)
  const first = [x0, y0].map((value) => Math.min(Math.floor(value * 32), 31))
  const last = [x1, y1].map((value, i) => Math.max(Math.ceil(value * 32 - 1), first[i] ?? 0))
  const isLine = first[0] === last[0] || first[1] === last[1]
  const near = first.map((cell) => (isLine ? cell / 32 : (cell + 0.5) / 32))
  const far = last.map((cell) => (isLine ? (cell + 1) / 32 : (cell + 0.5) / 32))
  return shapeFromFractions('box', [...near, ...far], 'original', { image })
}

const trees = lawTrees({
  kinds: ['box'],
  connectors: [' is ', ', ', '\n- ', ' 和 ', '. '],
  phrases: ['the dog', '击掌', '"STOP"', "woman's hat (1),(2)", 'a > b'],
  most: 3,
  hasMentions: true,
  hasEmptyPhrases: true
})

describeDialectLaws({
  dialect: kosmos2,
  contexts: lawContexts(),
  trees,
  quantize,
  canonical: [
    `<phrase>a snowman</phrase><object>${P}</object> warming himself by <phrase>a fire</phrase>`,
    `see <object>${P}${DELIMITER}<patch_index_0003><patch_index_0004></object> and <object>${P}</object></s>`,
    '<phrase>two\nlines</phrase><object><patch_index_0100><patch_index_0100></object>.',
    '<phrase> </phrase><object><patch_index_0042><patch_index_0970></object><phrase>击掌</phrase>'
  ],
  noise: lawNoise([
    ...['<phrase>', '</phrase>', '<object>', '</object>', DELIMITER, '<patch_index_', '<patch_index_0044>', '</s>'],
    ...[P, `<object>${P}</object>`, `<phrase> a</phrase><object>${P}`, '<patch_index_1100>', '<patch_index_5>', '<ph'],
    ...['</delim', '0044>', `${P}${DELIMITER}`, '<grounding>']
  ]),
  slowPatterns: [
    ...['<phrase>', '<object>', `<object>${P}`, P, `<phrase>a</phrase>`, `<phrase>a</phrase><object>${P}</object>`],
    ...[`<object>${P}${DELIMITER}`, '<phrase>a<', 'x ', '<', '<object><p', '<object>    ', `${P}${DELIMITER}`]
  ]
})

describeDialectLaws({
  dialect: kosmos2Paper,
  contexts: lawContexts(),
  trees,
  quantize,
  canonical: [
    '<p> It </p><box><loc44><loc863></box> seats next to <p> a campfire </p><box><loc4><loc1007></box>',
    'see <box><loc3><loc4><delim><loc5><loc6></box> and <p> no cat </p>, <p> 击掌 </p></s>'
  ],
  noise: lawNoise([
    ...['<p>', '</p>', '<box>', '</box>', '<delim>', '<loc', '<loc44>', '<loc863>', '</s>', '<loc1100>', '<loc044>'],
    ...['<p> a </p>', '<box><loc1><loc2></box>', '<de', '</b', '44>', '<loc1><loc2><delim>']
  ]),
  slowPatterns: ['<p>', '<box>', '<box><loc1>', '<loc1>', '<box><loc1><loc2><delim>', '<p>a</p>', '<', '<box><l', 'x ']
})

interface Row {
  readonly source: string
  readonly boxes: readonly (readonly number[])[]
  /** Words of the first region's phrase; null: none. */
  readonly label?: string | null
  readonly codes?: readonly string[]
}
const CELLS_44_863 = [12.5 / 32, 1.5 / 32, 31.5 / 32, 26.5 / 32]

function expectRow({ source, boxes, label, codes }: Row, mode: 'strict' | 'lenient'): void {
  const { tree, diagnostics } = kosmos2.parse(source, { image, mode })
  expect(tree.regions.map(({ shape }) => coordinatesOf(shape))).toEqual(boxes)
  const first = tree.children.find((node) => (node.type === 'phrase' || node.type === 'mention') && node.regionIds[0])
  if (label !== undefined) expect(first?.type === 'phrase' ? plainText(first.children) : null).toBe(label)
  if (codes !== undefined) expect(diagnostics.map(({ code }) => code.replace('dialect/', ''))).toEqual(codes)
}
const rows = (table: readonly (readonly [string, Row])[]) => table

describe('strictly', () => {
  test.each(
    rows([
      [
        'a phrase is read without spaces',
        { source: `<phrase> a dog </phrase><object>${P}</object>`, boxes: [CELLS_44_863], label: 'a dog' }
      ],
      [
        'a space before an object parts it from its phrase',
        { source: `<phrase>a</phrase> <object>${P}</object>`, boxes: [CELLS_44_863], label: null }
      ],
      [
        'words between part it too',
        { source: `<phrase>a</phrase> at <object>${P}</object>`, boxes: [CELLS_44_863], label: null }
      ],
      [
        'a phrase that holds < is none',
        { source: `<phrase>a<b</phrase><object>${P}</object>`, boxes: [CELLS_44_863], label: null }
      ],
      [
        'nothing between the tags of a phrase is none',
        { source: `<phrase></phrase><object>${P}</object>`, boxes: [CELLS_44_863], label: null }
      ],
      [
        'a space between them is an empty label',
        { source: `<phrase> </phrase><object>${P}</object>`, boxes: [CELLS_44_863], label: '' }
      ],
      ['one index', { source: '<phrase>a</phrase><object><patch_index_0044></object>', boxes: [], codes: ['arity'] }],
      ['three indexes', { source: `<object>${P}<patch_index_0001></object>`, boxes: [], codes: ['arity'] }],
      ['two pairs without a delimiter', { source: `<object>${P}${P}</object>`, boxes: [], codes: ['arity'] }],
      ['a delimiter at the end', { source: `<phrase>a</phrase><object>${P}${DELIMITER}</object>`, boxes: [] }],
      ['a delimiter at the beginning', { source: `<object>${DELIMITER}${P}</object>`, boxes: [] }],
      [
        'one bad pair takes the good one along',
        { source: `<object>${P}${DELIMITER}<patch_index_0001></object>`, boxes: [] }
      ],
      ['spaces inside', { source: `<object> ${P} </object>`, boxes: [], codes: ['whitespace'] }],
      ['not closed', { source: `<phrase>a</phrase><object>${P}`, boxes: [], codes: ['truncated'] }],
      ['not closed before words', { source: `<object>${P} is a dog`, boxes: [], codes: ['not-a-number'] }],
      [
        'indexes of any width',
        { source: '<object><patch_index_44><patch_index_863></object>', boxes: [CELLS_44_863], codes: [] }
      ],
      ['bare indexes are words', { source: P, boxes: [], codes: [] }],
      [
        'an index below the grid is a box below the picture',
        {
          source: '<object><patch_index_1000><patch_index_1100></object>',
          boxes: [[8.5 / 32, 31.5 / 32, 12.5 / 32, 34.5 / 32]],
          codes: []
        }
      ],
      [
        'corners in any order',
        {
          source: '<object><patch_index_0040><patch_index_0005></object>',
          boxes: [[8.5 / 32, 1.5 / 32, 5.5 / 32, 0.5 / 32]],
          codes: []
        }
      ],
      [
        'one cell',
        { source: '<object><patch_index_1023><patch_index_1023></object>', boxes: [[31 / 32, 31 / 32, 1, 1]] }
      ],
      [
        'one row is whole cells',
        { source: '<object><patch_index_0000><patch_index_0031></object>', boxes: [[0, 0, 1, 1 / 32]] }
      ],
      [
        'one column is whole cells',
        { source: '<object><patch_index_0000><patch_index_0992></object>', boxes: [[0, 0, 1 / 32, 1]] }
      ],
      [
        'the picture is read half a cell smaller',
        { source: '<object><patch_index_0000><patch_index_1023></object>', boxes: [[1 / 64, 1 / 64, 63 / 64, 63 / 64]] }
      ],
      [
        'a reply to a phrase prompt',
        { source: `<object>${P}</object></s>`, boxes: [CELLS_44_863], label: null, codes: [] }
      ],
      ['a placeholder', { source: '<object>x0, y0</object>', boxes: [], codes: ['not-a-number'] }]
    ])
  )('%s', (_name, row) => {
    expectRow(row, 'strict')
  })
})

describe('leniently', () => {
  test.each(
    rows([
      [
        'nothing to recover',
        { source: `<phrase> a dog</phrase><object>${P}</object>`, boxes: [CELLS_44_863], label: 'a dog', codes: [] }
      ],
      [
        'a space before an object',
        { source: `<phrase>a</phrase> <object>${P}</object>`, boxes: [CELLS_44_863], label: 'a', codes: ['whitespace'] }
      ],
      [
        'spaces inside',
        {
          source: `<object> <patch_index_0044> <patch_index_0863>\n</object>`,
          boxes: [CELLS_44_863],
          codes: ['whitespace']
        }
      ],
      [
        'a phrase that holds <',
        { source: `<phrase>a<b</phrase><object>${P}</object>`, boxes: [CELLS_44_863], label: 'a<b', codes: [] }
      ],
      [
        'nothing between the tags of a phrase',
        { source: `<phrase></phrase><object>${P}</object>`, boxes: [CELLS_44_863], label: '', codes: [] }
      ],
      [
        'not closed',
        { source: `<phrase>a</phrase><object>${P}`, boxes: [CELLS_44_863], label: 'a', codes: ['missing-bracket'] }
      ],
      [
        'cut inside the closing tag',
        { source: `<object>${P}</obj`, boxes: [CELLS_44_863], codes: ['missing-bracket'] }
      ],
      [
        'not closed before the end mark',
        { source: `<object>${P}</s>`, boxes: [CELLS_44_863], codes: ['missing-bracket'] }
      ],
      [
        'cut after one index',
        { source: '<phrase>a</phrase><object><patch_index_0044>', boxes: [], codes: ['truncated'] }
      ],
      ['cut inside an index', { source: '<object><patch_index_0044><patch_index_08', boxes: [], codes: ['truncated'] }],
      [
        'cut inside the second region',
        { source: `<object>${P}${DELIMITER}<patch_index_0001><pat`, boxes: [CELLS_44_863], codes: ['truncated'] }
      ],
      ['cut inside a delimiter', { source: `<object>${P}</delimiter_of`, boxes: [CELLS_44_863], codes: ['truncated'] }],
      ['cut after a delimiter', { source: `<object>${P}${DELIMITER}`, boxes: [CELLS_44_863], codes: ['truncated'] }],
      ['cut after the opening tag', { source: '<phrase>a</phrase><object>', boxes: [], codes: ['truncated'] }],
      ['one index', { source: '<phrase>a</phrase><object><patch_index_0044></object>', boxes: [], codes: ['arity'] }],
      ['two pairs without a delimiter', { source: `<object>${P}${P}</object>`, boxes: [], codes: ['arity'] }],
      [
        'a delimiter at the end',
        { source: `<object>${P}${DELIMITER}</object>`, boxes: [CELLS_44_863], codes: ['arity'] }
      ],
      [
        'one bad pair',
        { source: `<object><patch_index_0001>${DELIMITER}${P}</object>`, boxes: [CELLS_44_863], codes: ['arity'] }
      ],
      [
        'corners in any order',
        { source: '<object><patch_index_0863><patch_index_0044></object>', boxes: [CELLS_44_863], codes: ['reversed'] }
      ],
      [
        'left and right swapped',
        { source: '<object><patch_index_0063><patch_index_0844></object>', boxes: [CELLS_44_863], codes: ['reversed'] }
      ],
      [
        'cells of one row in the other order',
        {
          source: '<object><patch_index_0047><patch_index_0044></object>',
          boxes: [[12 / 32, 1 / 32, 16 / 32, 2 / 32]],
          codes: ['reversed']
        }
      ],
      [
        'an index below the grid ends at the border',
        {
          source: '<object><patch_index_0044><patch_index_1100></object>',
          boxes: [[12 / 32, 1 / 32, 13 / 32, 1]],
          codes: ['out-of-range']
        }
      ],
      [
        'a box that ends below the grid',
        {
          source: '<object><patch_index_0044><patch_index_1055></object>',
          boxes: [[12.5 / 32, 1.5 / 32, 31.5 / 32, 1]],
          codes: ['out-of-range']
        }
      ],
      [
        'one cell is no box without a height',
        {
          source: '<object><patch_index_0100><patch_index_0100></object>',
          boxes: [[4 / 32, 3 / 32, 5 / 32, 4 / 32]],
          codes: []
        }
      ],
      [
        'indexes of another width',
        { source: '<object><patch_index_44><patch_index_00863></object>', boxes: [CELLS_44_863], codes: ['precision'] }
      ],
      [
        'words for numbers',
        { source: '<phrase>a</phrase><object>x0, y0</object>', boxes: [], codes: ['not-a-number'] }
      ],
      ['numbers without their marks', { source: '<object>44, 863</object>', boxes: [], codes: ['not-a-number'] }]
    ])
  )('%s', (_name, row) => {
    expectRow(row, 'lenient')
  })
})

describe('words', () => {
  test('the space inside a phrase stands between it and the words before; marks of the prompt are no words', () => {
    const source = `<grounding> An image of<phrase> a snowman</phrase><object>${P}</object><phrase> and</phrase> <phrase> a fire</phrase>.`
    for (const mode of ['strict', 'lenient'] as const) {
      const { tree } = kosmos2.parse(source, { image, mode })
      expect(plainText(tree.children.filter(({ type }) => type !== 'raw'))).toBe(' An image of a snowman and a fire.')
      expect(tree.children[0]).toMatchObject({ type: 'raw', value: '<grounding>' })
    }
  })
  test('a first phrase begins with its words', () => {
    const { tree } = kosmos2.parse(`<phrase> It</phrase><object>${P}</object> is`, { image })
    expect(plainText(tree.children)).toBe('It is')
  })
  test('a reversed pair is written as it was read', () => {
    for (const pair of ['<patch_index_0863><patch_index_0044>', '<patch_index_0112><patch_index_0201>']) {
      const source = `<object>${pair}</object>`
      expect(kosmos2.print(kosmos2.parse(source, { image }).tree, { image }).text).toBe(source)
    }
  })
})

describe('written', () => {
  const write = (box: readonly [number, number, number, number]): string =>
    kosmos2.print(groundedText([mention(['r'])], [{ id: 'r', shape: { type: 'box', box: normalizedBox(...box) } }]), {
      image
    }).text
  test.each([
    ['an edge on a line belongs to the cell before it', [0.25, 0.25, 0.5, 0.5], '0264', '0495'],
    ['the whole picture', [0, 0, 1, 1], '0000', '1023'],
    ['what lies outside is cut', [-0.5, -0.1, 1.5, 2], '0000', '1023'],
    ['a box without width is its cell', [0.5, 0.25, 0.5, 0.5], '0272', '0496'],
    ['a point in the last corner', [1, 1, 1, 1], '1023', '1023'],
    ['a point in the first corner', [0, 0, 0, 0], '0000', '0000']
  ] as const)('%s', (_name, box, first, second) => {
    expect(write(box)).toBe(`<object><patch_index_${first}><patch_index_${second}></object>`)
  })
  test('what becomes a phrase when a mark behind it is made harmless is made harmless too', () => {
    const context = { image, mode: 'lenient' } as const
    const once = kosmos2Paper.print(kosmos2Paper.parse('<p><p><p></p></p>', context).tree, context)
    expect(once.text).toBe('(p>(p></p>')
    expect(kosmos2Paper.print(kosmos2Paper.parse(once.text, context).tree, context)).toEqual({
      text: once.text,
      losses: []
    })
  })

  test('a phrase without a region does not take the region after it', () => {
    const regions = [{ id: 'r', shape: { type: 'box' as const, box: normalizedBox(0, 0, 1, 1) } }]
    const printed = kosmos2.print(groundedText([phrase('the dog', []), text(' '), mention('r')], regions), { image })
    expect(printed.text).toBe('the dog <object><patch_index_0000><patch_index_1023></object>')
    expect(printed.losses.map(({ code }) => code)).toEqual(['dialect/ungrounded-phrase'])
  })
  test('a phrase cannot hold the mark that ends it', () => {
    const regions = [{ id: 'r', shape: { type: 'box' as const, box: normalizedBox(0, 0, 1, 1) } }]
    const printed = kosmos2.print(groundedText([phrase('a < b', ['r'])], regions), { image })
    expect(printed.text).toBe('<phrase>a ( b</phrase><object><patch_index_0000><patch_index_1023></object>')
    expect(printed.losses.map(({ code }) => code)).toEqual(['dialect/escaped'])
  })
})
