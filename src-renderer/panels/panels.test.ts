import { describe, expect, it } from 'vitest'
import type { LabelRecord, RegionRecord, RegionState } from '../../src-shared/document/records'
import { shikra } from '../../src-shared/dialects/shikra'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../../src-shared/geometry/space'
import { formatBytes, formatDuration, formatFraction, formatPixels, formatZoom } from '../app/state/format'
import { rankMatches } from './commands/rank-matches'
import { parseNumber, pixelsPerUnit, withEdge } from './details/coordinates'
import { exampleParts, examplesOf, fillExample } from './dialogue/example-nodes'
import { scrollToShow, visibleRange } from '../ui/visible-range'
import { wholeWords } from '../app/state/linking'
import { regionEntries } from './regions/group-regions'
import { matchLabels } from './regions/match-labels'

describe('the list of images', () => {
  it('draws what is in view and a margin', () => {
    expect(visibleRange(0, 500, 50, 1000, 4)).toEqual([0, 14])
    expect(visibleRange(5000, 500, 50, 1000, 4)).toEqual([96, 114])
    expect(visibleRange(999_999, 500, 50, 1000, 4)).toEqual([999, 999])
    expect(visibleRange(0, 500, 50, 0)).toEqual([0, -1])
  })

  it('scrolls only when the row is not wholly in view', () => {
    expect(scrollToShow(3, 0, 500, 50)).toBeNull()
    expect(scrollToShow(20, 0, 500, 50)).toBe(550)
    expect(scrollToShow(1, 500, 500, 50)).toBe(50)
  })
})

describe('numbers', () => {
  it.each([
    [formatDuration(48.4), '48 ms'],
    [formatDuration(1540), '1.5 s'],
    [formatDuration(59_400), '59 s'],
    [formatDuration(61_000), '1 min 1 s'],
    [formatBytes(0), '0 B'],
    [formatBytes(999), '999 B'],
    [formatBytes(1500), '1.5 kB'],
    [formatBytes(19_400_000), '19.4 MB'],
    [formatFraction(0.12345), '0.123'],
    [formatPixels(12), '12'],
    [formatPixels(12.345), '12.3'],
    [formatZoom(0.051), '5.1%'],
    [formatZoom(1.5), '150%']
  ])('writes %s', (text, expected) => expect(text).toBe(expected))

  it('reads numbers strictly', () => {
    expect(['0.5', ' 12 ', '.5', '-3', '7.'].map(parseNumber)).toEqual([0.5, 12, 0.5, -3, 7])
    expect(['', '0.5px', '1e3', '0x1', 'NaN', '1,5'].map(parseNumber)).toEqual([null, null, null, null, null, null])
  })
})

describe('coordinates', () => {
  const shape = { type: 'box', box: normalizedBox(0.1, 0.2, 0.5, 0.6) } as const
  it('moves one edge and keeps corners in order', () => {
    expect(withEdge(shape, 2, 0.9)).toEqual({ type: 'box', box: [0.1, 0.2, 0.9, 0.6] })
    expect(withEdge(shape, 0, 0.7)).toEqual({ type: 'box', box: [0.5, 0.2, 0.7, 0.6] })
  })
  it('refuses a box without size', () => expect(withEdge(shape, 0, 0.5)).toBeNull())
  it('moves a point', () => {
    expect(withEdge({ type: 'point', point: normalizedPoint(0.1, 0.2) }, 1, 0.9)).toEqual({
      type: 'point',
      point: [0.1, 0.9]
    })
  })
  it('counts pixels along the edge’s own axis', () => {
    const size = { width: 200, height: 100 }
    expect((['left', 'right', 'x', 'top', 'bottom', 'y'] as const).map((edge) => pixelsPerUnit(edge, size))).toEqual([
      200, 200, 200, 100, 100, 100
    ])
  })
})

describe('labels', () => {
  const label = (name: string, order: number): LabelRecord => ({ id: name, name, order, colour: '#000000' })
  const labels = [label('sea lion', 0), label('Lion', 1), label('dog', 2)]
  it('finds those that begin with the words first', () => {
    expect(matchLabels(labels, 'li').found.map(({ name }) => name)).toEqual(['Lion', 'sea lion'])
  })
  it('offers to create only what is not there', () => {
    expect([
      matchLabels(labels, 'lion ').canCreate,
      matchLabels(labels, 'li').canCreate,
      matchLabels(labels, ' ').canCreate
    ]).toEqual([false, true, false])
  })
})

describe('the palette', () => {
  it('wants all words, in any order, and puts beginnings first', () => {
    const names = ['Open image folder', 'Next image', 'Image fit']
    expect(rankMatches(names, 'image', (name) => name)).toEqual(['Image fit', 'Open image folder', 'Next image'])
    expect(rankMatches(names, 'folder op', (name) => name)).toEqual(['Open image folder'])
    expect(rankMatches(names, ' ', (name) => name)).toEqual(names)
  })
})

describe('example questions', () => {
  const region = (id: string, shape: RegionShape): { id: string; shape: RegionShape } => ({ id, shape })
  const box = region('b', { type: 'box', box: normalizedBox(0, 0, 1, 1) })
  const point = region('p', { type: 'point', point: normalizedPoint(0, 0) })

  it('are in the language of the window where the card has them', () => {
    const card = { examples: ['Find all dogs.'], examplesIn: { zh: ['找出所有的狗。'], fr: [] } }
    expect(examplesOf(card, 'zh-CN')).toEqual(['找出所有的狗。'])
    for (const language of ['en', 'fr', 'de-AT']) expect(examplesOf(card, language)).toEqual(card.examples)
  })

  it('show coordinates as places for a region', () => {
    expect(exampleParts('What is at [0.500,0.250]?', shikra)).toEqual([
      { type: 'words', value: 'What is at ' },
      { type: 'slot', kind: 'point' },
      { type: 'words', value: '?' }
    ])
    expect(exampleParts('Where is the red circle?', shikra)).toEqual([
      { type: 'words', value: 'Where is the red circle?' }
    ])
  })

  it('take selected regions of the right kind', () => {
    const filled = fillExample(exampleParts('What is in [0.1,0.2,0.4,0.6]?', shikra), [point, box])
    expect(filled).toMatchObject({
      nodes: [{ value: 'What is in ' }, { regionIds: ['b'] }, { value: '?' }],
      gap: null,
      missing: null
    })
  })

  it('leave the caret where a region is still missing', () => {
    const filled = fillExample(exampleParts('Where is [0.1,0.2,0.3,0.4] relative to [0.5,0.2,0.7,0.4]?', shikra), [box])
    expect(filled).toMatchObject({ gap: 3, missing: 'box' })
    expect(filled.nodes).toHaveLength(4)
  })
})

describe('words to link', () => {
  const words = (text: string, start: number, end: number): string | null => {
    const range = wholeWords(text, { start, end })
    return range && text.slice(range.start, range.end)
  }
  it.each([
    ['Where are the dog and', 11, 15, 'the dog'],
    ['Where are the dog and', 9, 18, 'the dog'],
    ["the woman's hat", 5, 8, "woman's"],
    ['那只红色的船在哪里', 2, 6, '红色的船'],
    ['a  b', 1, 3, null]
  ])('%j from %i to %i are %j', (text, start, end, expected) => expect(words(text, start, end)).toBe(expected))
})

describe('rows of the region list', () => {
  it('put what waits for a decision first, under a head with its count', () => {
    const region = (id: string, state: RegionState): RegionRecord => ({ id, state }) as RegionRecord
    const entries = regionEntries([region('a', 'accepted'), region('p', 'proposed'), region('q', 'proposed')], false)
    expect(entries.map((entry) => (entry.type === 'head' ? `${entry.state} ${entry.count}` : entry.region.id))).toEqual(
      ['proposed 2', 'p', 'q', 'accepted 1', 'a']
    )
  })
})
