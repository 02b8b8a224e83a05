import { describe, expect, it } from 'vitest'
import type { Dialect, DialectContext } from '../../src-shared/dialects/dialect'
import { florence2 } from '../../src-shared/dialects/florence-2'
import { paligemma } from '../../src-shared/dialects/paligemma'
import { shikra } from '../../src-shared/dialects/shikra'
import { spreadOfNumber } from './number-spread'
import type { TokenRival } from './ports'
import { regionUncertainties } from './uncertainty'

const rival = (digits: string, probability: number): TokenRival => ({ digits, probability })
const sure = (digits: string): readonly TokenRival[] => [rival(digits, 1)]

describe('the spread of a number', () => {
  it('is that of its last digit where only that is open', () => {
    const digits = [
      { at: 2, digits: '1', rivals: sure('1') },
      { at: 3, digits: '6', rivals: sure('6') },
      { at: 4, digits: '8', rivals: [rival('8', 0.5), rival('6', 0.25), rival('7', 0.25)] }
    ]
    const { expected = 0, deviation = 0 } = spreadOfNumber('0.168', digits) ?? {}
    expect(expected).toBeCloseTo(0.16725, 10)
    expect(deviation ** 2).toBeCloseTo(0.00083 ** 2 - 0.0000000014 + 0.001 ** 2 / 12, 7)
  })

  it('reaches as far as the first digit that is open, towards the number written', () => {
    const digits = [
      { at: 2, digits: '2', rivals: [rival('2', 0.5), rival('1', 0.5)] },
      { at: 3, digits: '0', rivals: sure('0') },
      { at: 4, digits: '1', rivals: sure('1') }
    ]
    const { expected = 0, deviation = 0 } = spreadOfNumber('0.201', digits) ?? {}
    // The other half lies near 0.2, below it, and not in the middle of 0.1…
    expect(expected).toBeGreaterThan(0.185)
    expect(expected).toBeLessThan(0.2)
    expect(deviation).toBeLessThan(0.01)
  })

  it('is known no better than the last digit says, and not at all where nothing was told', () => {
    expect(spreadOfNumber('512', [{ at: 0, digits: '512', rivals: sure('512') }])?.deviation).toBeCloseTo(
      1 / Math.sqrt(12)
    )
    expect(spreadOfNumber('512', [{ at: 0, digits: '512', rivals: [] }])).toBeNull()
  })
})

describe('the uncertainty of a region', () => {
  const image = { width: 200, height: 100 }
  function measure(
    dialect: Dialect,
    pieces: readonly (readonly [string, readonly TokenRival[] | null])[],
    space?: DialectContext['space']
  ) {
    const parse = (text: string) => {
      let place = 0
      return dialect.parse(text, { image, mode: 'lenient', ...(space && { space }), nextRegionId: () => `r${place++}` })
    }
    const texts = pieces.map(([text]) => text)
    const source = texts.join('')
    const { tree } = parse(source)
    return regionUncertainties(source, tree, { texts, rivals: pieces.map(([, rivals]) => rivals) }, parse)
  }
  const digit = (written: string, other?: string): [string, readonly TokenRival[]] => [
    written,
    other === undefined ? sure(written) : [rival(written, 0.5), rival(other, 0.5)]
  ]

  it('goes to the coordinate that the number moves, and numbers among words move none', () => {
    const found = measure(
      shikra,
      [
        ['player 23', []],
        ['[0.', null],
        ...['1', '0', '0'].map((d) => digit(d)),
        [',0.', null],
        ...['2', '0', '0'].map((d) => digit(d)),
        [',0.', null],
        digit('5'),
        digit('4', '5'),
        digit('0'),
        [',0.', null],
        ...['6', '0', '0'].map((d) => digit(d)),
        [']', null]
      ],
      'original'
    ).get('r0')
    const [left = 0, top = 0, right = 0, bottom = 0] = found?.deviations ?? []
    expect([left, top, bottom].every((value) => value < 0.0005)).toBe(true)
    expect(right).toBeGreaterThan(0.003)
    expect(found?.expected[2]).toBeGreaterThan(0.54)
  })

  it('follows the order of axes and the space of the dialect', () => {
    const at = (value: number, other?: number): [string, readonly TokenRival[]] => {
      const digits = String(value).padStart(4, '0')
      const others = other === undefined ? [] : [rival(String(other).padStart(4, '0'), 0.5)]
      return [`<loc${digits}>`, [rival(digits, other === undefined ? 1 : 0.5), ...others]]
    }
    // PaliGemma says y first.
    const found = measure(paligemma, [at(100), at(200, 300), at(700), at(800), [' cat', []]]).get('r0')
    const [left = 0, top = 0] = found?.deviations ?? []
    expect(left).toBeCloseTo(50 / 1024, 2)
    expect(top).toBeLessThan(0.001)
    // On a square canvas, a step of y is two of this image.
    const padded = measure(shikra, [['[0.400,0.', []], digit('4', '5'), ['50,0.600,0.600]', []]], 'padded-square')
    expect(padded.size).toBe(0)
    const open = (texts: string): [string, readonly TokenRival[]] => [texts, sure(/\d+/.exec(texts)?.[0] ?? '')]
    const whole = measure(
      shikra,
      [
        open('[0.'),
        open('400'),
        [',0.', null],
        [`450`, [rival('450', 0.5), rival('470', 0.5)]],
        [',0.', null],
        open('600'),
        [',0.', null],
        open('600'),
        [']', null]
      ],
      'padded-square'
    ).get('r0')
    expect(whole?.deviations[1]).toBeCloseTo(0.02, 3)
  })

  it('is not told where a number that moves the region was not', () => {
    expect(
      measure(florence2, [
        ['<loc_1>', []],
        ['<loc_2>', []],
        ['<loc_30>', []],
        ['<loc_40>', []]
      ]).size
    ).toBe(0)
  })
})
