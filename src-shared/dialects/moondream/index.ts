/** @file Moondream: JSON with a key for each side, fractions of the original. Source: roboflow/supervision supervision/detection/vlm.py. */
import type { DialectProfile } from '../dialect'
import { fixed, gridCodec } from '../kit/coordinates'
import { jsonDialect } from '../kit/json-dialect'

export const MOONDREAM_PROFILE: DialectProfile = {
  id: 'moondream',
  name: 'Moondream',
  space: 'original',
  step: 1 / 10_000,
  kinds: ['box', 'point'],
  phraseMarks: 'explicit',
  page: {
    examples: [
      ['```json\n{"objects": [{"x_min": 0.1000, "y_min": 0.2000, "x_max": 0.9000, "y_max": 0.8000}]}\n```', 'one box']
    ],
    writes: 'Fractions of the original, rounded half to even to four decimals.',
    reads: 'A number is the fraction itself, with any count of decimals.',
    strict: 'Objects with `x_min`, `y_min`, `x_max`, `y_max`, or with `x` and `y`, anywhere in the text.',
    notes: ['Whole numbers above 1 are no fractions; such an object is refused, not clamped.'],
    unverified: [
      'The count of decimals: the model gives floats.',
      '`label` is ours: the model is asked for one thing at a time and does not repeat its name.'
    ]
  },
  source: 'roboflow/supervision:supervision/detection/vlm.py'
}

export const moondream = jsonDialect({
  profile: MOONDREAM_PROFILE,
  shapes: [
    { kind: 'box', keys: ['x_min', 'y_min', 'x_max', 'y_max'] },
    { kind: 'point', keys: ['x', 'y'] }
  ],
  labels: ['label'],
  wrappers: ['objects', 'points'],
  codec: gridCodec({ profile: MOONDREAM_PROFILE, quantise: () => fixed(4), max: () => 1, decode: (value) => value }),
  limit: () => 1,
  list: { open: '```json\n{"objects": [', between: ', ', close: ']}\n```' },
  decimals: 4,
  max: 1
})
