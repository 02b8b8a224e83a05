import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalOf, plainReader } from './json-plain'
import type { JsonShape } from './json'
import { scanObject } from './json-scan'

const LIST: readonly JsonShape[] = [
  { kind: 'box', keys: ['bbox_2d'] },
  { kind: 'point', keys: ['point_2d'] }
]
const KEYED: readonly JsonShape[] = [
  { kind: 'box', keys: ['x_min', 'y_min', 'x_max', 'y_max'] },
  { kind: 'point', keys: ['x', 'y'] }
]

const number = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('0', '10', '-3', '0.5', '1.25', '007') },
  { weight: 1, arbitrary: fc.constantFrom('1e3', '.5', '12.', '99999999999999999999') }
)
const space = fc.constantFrom('', ' ', '\n\t')
const words = fc.constantFrom('cat', '', ' two dogs ', '猫', 'a {b} [c]', '{', 'say \\"hi\\"', 'x"y')

/** Objects as models write them, and nearly so. */
const objects = (shapes: readonly JsonShape[]): fc.Arbitrary<string> =>
  fc
    .record({
      shape: fc.constantFrom(...shapes),
      numbers: fc.array(number, { minLength: 5, maxLength: 5 }),
      count: fc.constantFrom(2, 4, 4, 4, 3, 5),
      gap: space,
      label: fc.option(words),
      hasComma: fc.boolean(),
      isFirst: fc.boolean(),
      isWrapped: fc.boolean(),
      cut: fc.nat(12)
    })
    .map(({ shape, numbers, count, gap, label, hasComma, isFirst, isWrapped, cut }) => {
      const place =
        shape.keys.length === 1
          ? `"${shape.keys[0] ?? ''}":${gap}[${numbers.slice(0, count).join(`,${gap}`)}]`
          : shape.keys.map((key, i) => `"${key}": ${numbers[i] ?? '1'}`).join(`,${gap}`)
      const text = label === null ? '' : `"label": "${label}"`
      const members = [place, text].filter((member) => member !== '')
      if (isFirst) members.reverse()
      const object = `{${gap}${members.join(`,${gap}`)}${hasComma && cut > 9 ? ',' : ''}${gap}}`
      const whole = isWrapped ? `{"objects": [${gap}${object}` : object
      return cut === 0 ? whole.slice(0, -1) : cut === 1 ? whole.replace(':', '') : whole
    })

describe.each([
  ['lists of numbers', LIST, []],
  ['a key for each number', KEYED, ['objects', 'points']]
] as const)('%s', (_name, shapes, wrappers) => {
  const places = shapes.flatMap(({ keys }) => keys)
  const names = [...places, 'label']
  const keys = { places: new Set(places), wanted: new Set(names), names }
  const read = plainReader(shapes, 'label', wrappers)

  test('what the pattern takes, the scanner reads the same', () => {
    let taken = 0
    fc.assert(
      fc.property(objects(shapes), fc.constantFrom('', ',', ']', ' x'), (object, behind) => {
        const source = object + behind
        const plain = read(source, 0)
        if (plain === null) return
        taken++
        const { is, object: scanned, issues } = scanObject(source, 0, keys)
        expect(is).toBe('place')
        expect(issues).toEqual([])
        expect([plain.start, plain.end]).toEqual([scanned?.start, scanned?.end])
        const shape = shapes[plain.shape]
        const values = shape?.keys.map((key) => scanned?.fields.get(key))
        const flat = values?.flatMap((value) => (value?.is === 'list' ? value.items : (value ?? [])))
        expect(flat?.map((value) => (value.is === 'number' ? value.value : null))).toEqual(plain.numbers)
        expect(flat?.every((value) => value.is === 'number' && value.isWhole)).toBe(plain.isWhole)
        const label = scanned?.fields.get('label')
        expect(label?.is === 'string' ? { start: label.start, end: label.end } : null).toEqual(plain.label)
      }),
      { numRuns: 5_000 }
    )
    expect(taken).toBeGreaterThan(200)
  })
})

test('a plain decimal is the number that JSON.parse makes of it', () => {
  const digits = fc.stringMatching(/^-?\d{1,15}(?:\.\d{1,17})?$/)
  fc.assert(
    fc.property(digits, (text) => {
      expect(decimalOf(text)).toBe(Number(text))
    }),
    { numRuns: 20_000 }
  )
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.nat(9), (whole, decimals) => {
      const text = (whole / 10 ** decimals).toFixed(decimals)
      expect(decimalOf(text)).toBe(Number(text))
    })
  )
})
