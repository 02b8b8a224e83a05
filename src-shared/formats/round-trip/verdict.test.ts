import { describe, expect, test } from 'vitest'
import type { RoundTrip } from './differences'
import { judge } from './verdict'

const came = (found: Record<string, number>, notHeld: Record<string, number> = {}): RoundTrip => ({
  counts: {} as RoundTrip['counts'],
  largestErrorPx: 0,
  notHeld,
  found: Object.fromEntries(Object.entries(found).map(([name, count]) => [`round-trip/${name}`, count])),
  differences: []
})
const skipped = (reasons: Record<string, number>): { reason: string; count: number }[] =>
  Object.entries(reasons).map(([reason, count]) => ({ reason, count }))
const losses = (count: number): { code: string; message: string; path: []; count: number }[] =>
  count === 0 ? [] : [{ code: 'x', message: '', path: [], count }]
const silentOf = (
  found: Record<string, number>,
  reasons: Record<string, number> = {},
  lost = 0,
  notHeld: Record<string, number> = {}
): Record<string, number> => {
  const { silent } = judge(came(found, notHeld), { skipped: skipped(reasons), losses: losses(lost) })
  return Object.fromEntries(Object.entries(silent).map(([code, count]) => [code.replace('round-trip/', ''), count]))
}

describe('a difference is silent unless it was said', () => {
  test.each<[string, Record<string, number>, Record<string, number>, number, Record<string, number>, object]>([
    ['nothing differs', {}, {}, 0, {}, {}],
    ['regions skipped and counted', { 'region-missing': 2 }, { degenerate: 2 }, 0, {}, {}],
    ['one skipped and two gone', { 'region-missing': 2 }, { degenerate: 1 }, 0, {}, { 'region-missing': 1 }],
    [
      'left out by choice pays for nothing',
      { 'region-missing': 1 },
      { 'region-proposed': 5 },
      0,
      {},
      { 'region-missing': 1 }
    ],
    ['images pay for no region', { 'region-missing': 1 }, { 'image-without-words': 1 }, 0, {}, { 'region-missing': 1 }],
    ['a changed region that was said', { 'region-missing': 1, 'region-extra': 1 }, {}, 1, {}, {}],
    [
      'two changed, one said',
      { 'region-extra': 2, 'region-missing': 2 },
      {},
      1,
      {},
      { 'region-extra': 1, 'region-missing': 1 }
    ],
    ['a region more', { 'region-extra': 1 }, { degenerate: 9 }, 0, {}, { 'region-extra': 1 }],
    ['a region that was a word, and said once', { 'region-missing': 1, words: 1 }, {}, 1, {}, {}],
    ['a place of words, and said once', { 'region-missing': 1, grounding: 1 }, {}, 1, {}, {}],
    ['two of them, one said', { 'region-missing': 2, words: 2 }, {}, 1, {}, { 'region-missing': 1, words: 1 }],
    ['words changed and said', { words: 1 }, {}, 1, {}, {}],
    ['a dialogue gone and counted', { 'dialogue-count': 1 }, { dialogue: 1 }, 0, {}, {}],
    [
      'words without the region that was counted',
      { 'region-missing': 1, grounding: 2 },
      { 'region-point': 2 },
      0,
      {},
      {}
    ],
    ['words changed', { words: 1 }, { degenerate: 1 }, 0, {}, { words: 1 }],
    ['a wrong class is never said', { label: 1 }, { degenerate: 9, dialogue: 9 }, 9, {}, { label: 1 }],
    ['nor another order of classes', { 'class-order': 1 }, {}, 9, {}, { 'class-order': 1 }],
    ['an image gone and counted', { 'image-missing': 1 }, { 'image-without-words': 1 }, 0, {}, {}],
    ['an image gone', { 'image-missing': 1 }, { 'image-without-size': 1 }, 9, {}, { 'image-missing': 1 }],
    ['not held and counted', {}, { 'region-point': 3 }, 0, { 'region-point': 3 }, {}],
    ['not held and not counted', {}, {}, 0, { 'region-point': 3 }, { 'region-not-counted': 3 }],
    [
      'counted once only',
      { 'region-missing': 1 },
      { 'region-point': 3 },
      0,
      { 'region-point': 3 },
      { 'region-missing': 1 }
    ]
  ])('%s', (_name, found, reasons, lost, notHeld, expected) => {
    expect(silentOf(found, reasons, lost, notHeld)).toEqual(expected)
  })
})
