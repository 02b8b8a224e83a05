/** @file Gemini: JSON, thousandths of the original, y before x. Source: roboflow/supervision supervision/detection/vlm.py. */
import type { DialectProfile } from '../dialect'
import { gridCodec, rounded } from '../kit/coordinates'
import { jsonDialect } from '../kit/json-dialect'

export const GEMINI_PROFILE: DialectProfile = {
  id: 'gemini',
  name: 'Gemini',
  space: 'original',
  step: 1 / 1000,
  kinds: ['box', 'point'],
  order: 'yxyx',
  phraseMarks: 'explicit',
  page: {
    examples: [
      [
        '```json\n[\n  {"box_2d": [250, 100, 750, 900], "label": "cat"}\n]\n```',
        'top 250, left 100, bottom 750, right 900'
      ]
    ],
    writes: 'Fractions of the original are multiplied by 1000, rounded half to even and kept within 0 to 1000.',
    reads: 'A number is divided by 1000; y comes before x, also in a point.',
    strict:
      'Objects with `box_2d` or `point` anywhere in the text. Single quotes, trailing commas and reversed corners are repaired.',
    notes: ['A `mask` (a picture in a data URL) is not read: the box is.'],
    unverified: ['Rounding when writing.', 'The spacing of lists.']
  },
  source: 'roboflow/supervision:supervision/detection/vlm.py'
}

export const gemini = jsonDialect({
  profile: GEMINI_PROFILE,
  shapes: [
    { kind: 'box', keys: ['box_2d'], aliases: ['bbox_2d', 'bbox'] },
    { kind: 'point', keys: ['point'], aliases: ['point_2d'] }
  ],
  labels: ['label', 'name'],
  codec: gridCodec({
    profile: GEMINI_PROFILE,
    quantise: () => rounded(1000),
    max: () => 1000,
    decode: (value) => value / 1000
  }),
  limit: () => 1000,
  list: { open: '```json\n[\n  ', between: ',\n  ', close: '\n]\n```' },
  decimals: 0,
  max: 1000
})
