import { describe, expect, test } from 'vitest'
import vectors from '../../src-shared/dialects/fixtures/vectors.json'
import { findDialect } from '../../src-shared/dialects/registry'
import { convertVector, eachLine, formatVector, parseVector } from './dialect'
import { explainVector } from './dialect-explain'
import { capturedStreams } from '../testing/captured-streams'

interface Read {
  readonly kind: string
  readonly coords: readonly number[]
  readonly pixels?: readonly number[]
  readonly phrase?: string | null
  readonly group?: number
}
interface Vector {
  readonly id: string
  readonly system: string
  readonly direction: string
  readonly text: string
  readonly expect: { readonly regions: readonly Read[]; readonly issues?: readonly string[] }
}

describe('parse', () => {
  test('gives fractions of the space as written, groups by bracket, and issues without their area', () => {
    const parsed = parseVector({
      id: 'a',
      system: 'shikra',
      text: 'two cats[0.010,0.020,0.300,0.400;0.310,0.020,0.600,0.400] [0.500,0.500'
    })
    expect(parsed).toMatchObject({
      id: 'a',
      regions: [
        { kind: 'box', coords: [0.01, 0.02, 0.3, 0.4], group: 0 },
        { kind: 'box', coords: [0.31, 0.02, 0.6, 0.4], group: 0 }
      ]
    })
    expect(JSON.stringify(parsed)).not.toContain('dialect/')
  })

  test('a variant is its own dialect', () => {
    const text = '<b_st><bin_100> <bin_200> <bin_300> <bin_400><b_ed>'
    expect(parseVector({ system: 'shikra', variant: 'token', text })).toMatchObject({
      regions: [{ coords: [0.1, 0.2, 0.3, 0.4] }]
    })
  })
})

test('format writes segments, and convert keeps the regions', () => {
  const vector = {
    id: 'b',
    system: 'shikra',
    segments: ['A ', { phrase: 'man', regions: [0] }, ' here.'],
    expect: { regions: [{ kind: 'box', coords: [0.102, 0.25, 0.43, 0.981] }] }
  }
  expect(formatVector(vector)).toEqual({ id: 'b', text: 'A man[0.102,0.250,0.430,0.981] here.', losses: [] })
  expect(
    convertVector({ id: 'c', system: 'shikra', text: 'man[0.102,0.250,0.430,0.981]' }, { to: 'shikra-token' })
  ).toMatchObject({
    id: 'c',
    text: 'man<b_st><bin_102> <bin_250> <bin_430> <bin_981><b_ed>'
  })
})

test('a bad line is named with its number, the others are done, and the end says so', async () => {
  const good = JSON.stringify({ id: 1, system: 'shikra', text: '[0.1,0.1,0.2,0.2]' })
  const io = capturedStreams([good, '{', '[]', '', '{"system":"klingon","text":""}', good].join('\n'))
  expect(await eachLine(io, parseVector)).toBe(false)
  expect(io.written.out.trim().split('\n')).toHaveLength(2)
  expect(io.written.err).toMatch(/line 2: .*not JSON/)
  expect(io.written.err).toMatch(/line 3: .*not an object/)
  expect(io.written.err).toMatch(/line 5: .*klingon/)
})

test.each([
  [{ system: 'shikra' }, 'no text'],
  [{ text: '' }, 'no system']
])('%j: %s', (vector, reason) => {
  expect(() => parseVector(vector)).toThrow(expect.objectContaining({ message: expect.stringContaining(reason) }))
})

test('pixels are given with a picture, and cut at its border', () => {
  const line = { system: 'shikra', text: '[0.000,0.000,1.000,1.000]' }
  const [read] = (parseVector({ ...line, image: { width: 640, height: 480 } }) as { regions: object[] }).regions
  expect(read).toMatchObject({ pixels: [0, 0, 640, 480] })
  const [without] = (parseVector(line) as { regions: object[] }).regions
  expect(without).not.toHaveProperty('pixels')
})

test('a segment that points at no region is refused', () => {
  expect(() =>
    formatVector({ system: 'shikra', segments: [{ phrase: 'x', regions: [3] }], expect: { regions: [] } })
  ).toThrow(/region 3/)
})

describe('reference vectors through the command line', () => {
  const known = (vectors as readonly Vector[]).filter(({ system }) => findDialect(system) !== null)

  test.each(known.filter(({ direction }) => direction !== 'format').map((vector) => [vector.id, vector] as const))(
    '%s is read',
    (_id, vector) => {
      const line = { ...vector, expect: undefined }
      const { regions, issues } = parseVector(line) as { regions: Read[]; issues: { code: string }[] }
      expect(regions.map(({ kind }) => kind)).toEqual(vector.expect.regions.map(({ kind }) => kind))
      vector.expect.regions.forEach((wanted, i) => {
        expect(regions[i]?.coords).toHaveLength(wanted.coords.length)
        wanted.coords.forEach((value, k) => expect(Math.abs((regions[i]?.coords[k] ?? NaN) - value)).toBeLessThan(1e-6))
        if (wanted.phrase !== undefined) expect(regions[i]?.phrase).toBe(wanted.phrase)
        if (wanted.group !== undefined) expect(regions[i]?.group).toBe(wanted.group)
        wanted.pixels?.forEach((value, k) =>
          expect(Math.abs((regions[i]?.pixels?.[k] ?? NaN) - value)).toBeLessThan(1e-3)
        )
      })
      for (const code of vector.expect.issues ?? []) expect(issues.map((issue) => issue.code)).toContain(code)
    }
  )

  test.each(known.filter(({ direction }) => direction !== 'parse').map((vector) => [vector.id, vector] as const))(
    '%s is written',
    (_id, vector) => {
      expect(formatVector(vector as unknown as Readonly<Record<string, unknown>>)).toMatchObject({ text: vector.text })
    }
  )
})

describe('settings', () => {
  const line = { system: 'paligemma', text: '<loc0256><loc0128><loc0768><loc0896> cat' }

  test('choose a denominator, and one that the dialect does not have is refused by name', () => {
    const [official, other] = [{}, { denominator: 1024 }].map((settings) => parseVector({ ...line, settings }))
    expect(official).toMatchObject({ regions: [{ coords: [128 / 1023, 256 / 1023, 896 / 1023, 768 / 1023] }] })
    expect(other).toMatchObject({ regions: [{ coords: [0.125, 0.25, 0.875, 0.75] }] })
    expect(() => parseVector({ ...line, settings: { denominator: 7 } })).toThrow(/no setting denominator = 7/)
    expect(() => parseVector({ ...line, settings: { grid: 1 } })).toThrow(/it has: .*denominator/)
  })
})

describe('convert', () => {
  const image = { width: 640, height: 480 }

  test('goes from the padded square to the original, and to the size that the other network sees', () => {
    const line = { id: 'c', system: 'shikra', image, text: 'a man[0.100,0.200,0.500,0.500]' }
    expect(convertVector(line, { to: 'pink' })).toEqual({
      id: 'c',
      text: 'a man [0.100,0.100,0.500,0.500]',
      losses: [],
      issues: []
    })
    // 640×480 is 644×476 to Qwen2.5-VL, whatever the source's network saw.
    const resized = { width: 10, height: 10 }
    expect(convertVector({ ...line, resized }, { to: 'qwen2.5-vl' })).toMatchObject({
      text: expect.stringContaining('"bbox_2d": [64, 48, 322, 238]') as string
    })
  })

  test('pixels of a picture that nobody gave are said to be of an assumed one', () => {
    const line = { system: 'qwen2.5-vl', text: '{"bbox_2d": [1, 2, 3, 4]}' }
    expect(parseVector(line)).toMatchObject({ issues: [{ code: 'unknown-size' }] })
  })
})

describe('explain', () => {
  test('says what the model reads, the cell and the worst error in pixels', () => {
    const region = { kind: 'box', pixels: [64, 48, 321, 240] }
    const explained = explainVector({
      id: 'e',
      system: 'shikra',
      image: { width: 640, height: 480 },
      regions: [region]
    })
    expect(explained).toMatchObject({
      id: 'e',
      regions: [
        {
          text: '[0.100,0.200,0.502,0.500]',
          kind: 'box',
          cellPx: { width: 0.64, height: 0.64 },
          worstErrorPx: { width: 0.32, height: 0.32 },
          losses: []
        }
      ]
    })
    expect(() => explainVector({ system: 'shikra', regions: [region] })).toThrow(/no image/)
  })
})
