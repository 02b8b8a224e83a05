/** @file Plain JSON for endpoints that have no dialect of their own: fractions of the original, every shape. */
import type { DialectProfile } from '../dialect'
import { fixed, gridCodec } from '../kit/coordinates'
import { jsonDialect } from '../kit/json-dialect'

export const JSON_PROFILE: DialectProfile = {
  id: 'json',
  name: 'JSON',
  space: 'original',
  step: 1 / 10_000,
  kinds: ['box', 'point', 'quad', 'polygon', 'polyline'],
  phraseMarks: 'explicit',
  page: {
    examples: [
      ['```json\n[\n  {"box": [0.1000, 0.2500, 0.9000, 0.7500], "label": "cat"}\n]\n```', 'a box with its words'],
      ['```json\n[\n  {"polygon": [[0.1000, 0.2000], [0.3000, 0.2000], [0.2000, 0.4000]]}\n]\n```', 'a polygon']
    ],
    writes: 'Fractions of the original, rounded half to even to four decimals.',
    reads: 'A number is the fraction itself, with any count of decimals.',
    strict: 'Objects with `box`, `point`, `quad`, `polygon` or `polyline` anywhere in the text.',
    notes: ['Whole numbers above 1 are no fractions; such an object is refused, not clamped.']
  },
  source: 'our own'
}

export const json = jsonDialect({
  profile: JSON_PROFILE,
  shapes: [
    { kind: 'box', keys: ['box'], aliases: ['bbox'] },
    { kind: 'point', keys: ['point'] },
    { kind: 'quad', keys: ['quad'], isPairs: true },
    { kind: 'polygon', keys: ['polygon'], isPairs: true },
    { kind: 'polyline', keys: ['polyline'], isPairs: true }
  ],
  labels: ['label', 'name'],
  codec: gridCodec({ profile: JSON_PROFILE, quantise: () => fixed(4), max: () => 1, decode: (value) => value }),
  limit: () => 1,
  list: { open: '```json\n[\n  ', between: ',\n  ', close: '\n]\n```' },
  decimals: 4,
  max: 1
})
