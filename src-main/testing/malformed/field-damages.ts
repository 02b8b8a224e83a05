/** @file Damages to one value, where the example says what the value is; and to the four numbers of boxes together. */
import type { Damaged, Damages, Expectation } from './damage'
import { IMAGES, filesOf, piecesOf, textOf } from './example'
import type { Example, Field, FieldKind, Piece, Syntax } from './example'

type Rows = readonly (readonly [expectation: Expectation, literals: readonly string[]])[]

/** Not numbers, and numbers no picture has. */
const NO_NUMBERS: Readonly<Record<Syntax, Rows>> = {
  json: [
    [
      'less',
      ['NaN', 'Infinity', '-Infinity', '1e999', 'null', 'true', '"x"', '""', '{}', '[]', '[1]', '1.5.2', '0x1F']
    ],
    ['named', ['1e300', '-1e300', '9007199254740993', '123456789012345678901234567890']]
  ],
  xml: [
    ['less', ['NaN', 'Infinity', '1e999', 'null', 'x', '', ' ', '1,5', '0x1F', '١٢', '1 2', '&#0;', '<b>1</b>']],
    ['named', ['1e300', '-1e300', '123456789012345678901234567890']]
  ],
  text: [
    ['less', ['NaN', 'inf', '-Infinity', '1e999', 'null', 'x', '', '"', '0x1F', '١٢', '\u0000']],
    ['named', ['1e300', '-1e300', '123456789012345678901234567890']]
  ]
}
const NO_SIZES: Rows = [
  ['less', ['0', '-1', '1.5']],
  ['sized', ['1000000000000', '641']]
]
const NO_WORDS: Readonly<Record<Syntax, Rows>> = {
  json: [['less', ['null', 'true', '[]', '{}', '""', '[null]', '"\\ud800"', '"a\nb"']]],
  xml: [
    ['less', ['', '<b/>', '&', '&nope;', '&#0;']],
    ['sized', [' ']]
  ],
  text: [['less', ['', ' ', '\u0000']]]
}
/** Names of classes that nobody can read, which the command tells whatever the format. */
const UNREADABLE: Readonly<Record<Syntax, Rows>> = {
  json: [['sized', ['" "', '"\\u0000"', '"a\\u202egnp"']]],
  xml: [['sized', ['a\u202egnp', 'a\u200b']]],
  text: [['sized', ['a\u202egnp', 'a\u200b', '"']]]
}
const ODD_WORDS: Readonly<Record<Syntax, Rows>> = {
  json: [['other', ['0', '"__proto__"', '"constructor"', '"a\\tb"', '"<b>"', '"=1+1"', `"${'x'.repeat(5000)}"`]]],
  xml: [['other', ['__proto__', 'constructor', '&lt;b&gt;', '=1+1', 'x'.repeat(5000)]]],
  text: [['other', ['__proto__', 'constructor', '=1+1', 'x'.repeat(5000)]]]
}
const PATHS = [
  ...['gone.jpg', '../gone.jpg', '../../../../etc/passwd', '/etc/passwd', 'C:/x/gone.jpg', 'file:///etc/passwd'],
  ...['http://x.invalid/gone.jpg', 'a.jpg/../gone.jpg', 'x'.repeat(5000), '.', '..', '%2e%2e/gone.jpg']
]
const NO_IMAGES: Readonly<Record<Syntax, Rows>> = {
  json: [
    [
      'less',
      [
        'null',
        '0',
        'true',
        '[]',
        '{}',
        '""',
        '[null]',
        '"a.jpg\\u0000.jpg"',
        '"\\ud800"',
        ...PATHS.map((path) => `"${path}"`)
      ]
    ],
    ['other', ['"../a.jpg"', '"A.JPG"', '"x/y/a.jpg"', '"a.jpg "', '"a"']]
  ],
  xml: [
    ['less', ['', ' ', '&nope;', ...PATHS]],
    ['other', ['../a.jpg', 'A.JPG', 'x/y/a.jpg', 'a']]
  ],
  text: [['less', ['', ' ', 'a.jpg\u0000.jpg', ...PATHS]]]
}
const NO_CLASSES: Readonly<Record<Syntax, Rows>> = {
  json: [['named', ['-1', '99', '1.5', 'null', '"x"', 'NaN', '9007199254740993', '[]', '{}', 'true']]],
  xml: [],
  text: [['named', ['-1', '99', '1.5', 'x', '', 'NaN', '9007199254740993', '1e300']]]
}
const NO_IDS: Readonly<Record<Syntax, Rows>> = {
  json: [['less', ['null', '"x"', '1.5', '[]', '{}', 'true', '-1', 'NaN', '9007199254740993', '"__proto__"', '""']]],
  xml: [['less', ['', 'x', '-1', '9007199254740993', '__proto__']]],
  text: [['less', ['', 'x', '-1', '9007199254740993', '__proto__']]]
}
const NO_REFERENCES: Readonly<Record<Syntax, Rows>> = {
  json: [
    ['named', ['null', '"x"', '1.5', '[]', '{}', 'true', '-1', '999999', 'NaN', '9007199254740993', '"__proto__"']]
  ],
  xml: [['named', ['', 'x', '-1', '999999', '9007199254740993', '__proto__']]],
  text: [['named', ['', 'x', '-1', '999999']]]
}

function rowsOf(kind: FieldKind, syntax: Syntax): Rows {
  switch (kind) {
    case 'b':
    case 'p':
      return NO_NUMBERS[syntax]
    case 'w':
    case 'h':
      return [...NO_NUMBERS[syntax].map(([, literals]): Rows[number] => ['less', literals]), ...NO_SIZES]
    case 'l':
      return [...NO_WORDS[syntax], ...UNREADABLE[syntax], ...ODD_WORDS[syntax]]
    case 't':
      return [...NO_WORDS[syntax], ...ODD_WORDS[syntax]]
    case 'i':
      return NO_IMAGES[syntax]
    case 'c':
      return NO_CLASSES[syntax]
    case 'n':
      return NO_IDS[syntax]
    case 'r':
      return NO_REFERENCES[syntax]
  }
}

const isField = (piece: Piece): piece is Field => typeof piece !== 'string'

function withText(example: Example, path: string, text: string): ReadonlyMap<string, string> {
  return new Map([...filesOf(example)].map(([each, whole]) => [each, each === path ? text : whole]))
}

const shown = (literal: string): string => JSON.stringify(literal.length > 24 ? `${literal.slice(0, 21)}…` : literal)

/** The first value of each kind of each file, and all of them at once. */
export const fieldDamages: Damages = function* (example) {
  for (const [path, text] of Object.entries(example.files)) {
    const pieces = piecesOf(text)
    const kinds = new Set(pieces.filter(isField).map(({ kind }) => kind))
    for (const kind of kinds) {
      const first = pieces.findIndex((piece) => isField(piece) && piece.kind === kind)
      for (const [expectation, literals] of rowsOf(kind, example.syntax)) {
        for (const literal of literals) {
          const one = pieces.map((piece, i) => (i === first ? literal : piece))
          const all = pieces.map((piece) => (isField(piece) && piece.kind === kind ? literal : piece))
          const name = `${path}: ${kind} is ${shown(literal)}`
          yield { name: `${name}, first`, files: withText(example, path, textOf(one)), expectation }
          // All references to one image are that image's.
          if (kind !== 'i') yield { name: `${name}, all`, files: withText(example, path, textOf(all)), expectation }
        }
      }
    }
    yield* twins(example, path, pieces)
  }
}

/** Two ids that are one. */
function* twins(example: Example, path: string, pieces: readonly Piece[]): Generator<Damaged> {
  const ids = pieces.filter(isField).filter(({ kind }) => kind === 'n')
  const [first, second] = ids
  if (first === undefined || second === undefined || first.literal === second.literal) return
  const files = withText(example, path, textOf(pieces.map((piece) => (piece === second ? first : piece))))
  yield { name: `${path}: the second id is the first`, files, expectation: 'less' }
}

type Box = readonly [number, number, number, number]
interface Place {
  readonly width: number
  readonly height: number
}
interface BoxChange {
  readonly name: string
  /** `first` box of each file, or all of them. */
  readonly which: 'first' | 'all'
  readonly change: (box: Box, place: Place, example: Example) => Box | null
}

const isCorners = ({ order }: Example): boolean => order === 'xyxy' || order === 'yxyx'
const scaled = ([a, b, c, d]: Box, x: number, y: number): Box => [a * x, b * y, c * x, d * y]

/** null: it means nothing for this order or unit. */
const BOX_CHANGES: readonly BoxChange[] = [
  { name: 'reversed', which: 'first', change: ([a, b, c, d], _, e) => (isCorners(e) ? [c, d, a, b] : [a, b, -c, -d]) },
  { name: 'reversed', which: 'all', change: ([a, b, c, d], _, e) => (isCorners(e) ? [c, d, a, b] : [a, b, -c, -d]) },
  {
    name: 'reversed in x',
    which: 'first',
    change: ([a, b, c, d], _, e) => (isCorners(e) ? [c, b, a, d] : [a, b, -c, d])
  },
  {
    name: 'axes swapped',
    which: 'all',
    change: ([a, b, c, d], _, { unit }) => (unit === 'pixels' ? [b, a, d, c] : null)
  },
  { name: 'no width', which: 'first', change: ([a, b, , d], _, e) => (isCorners(e) ? [a, b, a, d] : [a, b, 0, d]) },
  { name: 'no area', which: 'all', change: ([a, b], _, e) => (isCorners(e) ? [a, b, a, b] : [a, b, 0, 0]) },
  { name: 'nothing but zeros', which: 'first', change: () => [0, 0, 0, 0] },
  { name: 'nothing but zeros', which: 'all', change: () => [0, 0, 0, 0] },
  { name: 'nothing but -1', which: 'first', change: () => [-1, -1, -1, -1] },
  {
    name: 'fractions',
    which: 'all',
    change: (box, _, { unit }) => (unit === 'pixels' ? scaled(box, 1 / 640, 1 / 640) : null)
  },
  {
    name: 'percent',
    which: 'all',
    change: (box, _, { unit }) => (unit === 'fractions' ? scaled(box, 100, 100) : null)
  },
  {
    name: 'fractions for percent',
    which: 'all',
    change: (box, _, { unit }) => (unit === 'percent' ? scaled(box, 0.01, 0.01) : null)
  },
  {
    name: 'pixels',
    which: 'all',
    change: (box, { width, height }, { unit }) =>
      unit === 'fractions'
        ? scaled(box, width, height)
        : unit === 'percent'
          ? scaled(box, width / 100, height / 100)
          : null
  },
  {
    name: 'the other order',
    which: 'all',
    change: ([a, b, c, d], _, { order }) =>
      order === 'xyxy' ? [a, b, c - a, d - b] : order === 'xywh' ? [a, b, a + c, b + d] : null
  },
  {
    name: 'right of the image',
    which: 'first',
    change: ([a, b, c, d], { width }, e) => {
      const by = e.unit === 'pixels' ? width : e.unit === 'percent' ? 100 : e.unit === 'fractions' ? 1 : 1000
      return isCorners(e) ? [a + by, b, c + by, d] : [a + by, b, c, d]
    }
  },
  {
    name: 'left of the image',
    which: 'first',
    change: ([a, b, c, d], { width }, e) => {
      const by = e.unit === 'pixels' ? width : e.unit === 'percent' ? 100 : e.unit === 'fractions' ? 1 : 1000
      return isCorners(e) ? [a - by, b, c - by, d] : [a - by, b, c, d]
    }
  },
  { name: 'ten times as large', which: 'all', change: (box) => scaled(box, 10, 10) }
]

/** Boxes of b.jpg come after its name, or are in a file of its own. */
function placesOf(path: string, pieces: readonly Piece[]): readonly Place[] {
  let current: Place = IMAGES.get(/(^|\/)b\.\w+$/.test(path) ? 'b.jpg' : 'a.jpg') ?? { width: 1, height: 1 }
  const bs = pieces.filter(isField)
  // A list of images at the head of a file says nothing about the boxes that follow: their references do.
  return bs.map((field) => {
    const named = field.kind === 'i' ? /\b([ab])\b/.exec(field.literal)?.[1] : undefined
    if (named !== undefined) current = IMAGES.get(`${named}.jpg`) ?? current
    return current
  })
}

export const boxDamages: Damages = function* (example) {
  for (const [path, text] of Object.entries(example.files)) {
    const pieces = piecesOf(text)
    const places = placesOf(path, pieces)
    const numbers = pieces.flatMap((piece, at) => (isField(piece) && piece.kind === 'b' ? [at] : []))
    if (numbers.length === 0) continue
    for (const { name, which, change } of BOX_CHANGES) {
      if (example.isAnyCorners === true && /^reversed|order$/.test(name)) continue
      const changed = [...pieces]
      let isChanged = false
      for (let k = 0; k + 3 < numbers.length; k += 4) {
        if (which === 'first' && k > 0) break
        const at = numbers.slice(k, k + 4)
        const box = at.map((i) => Number((pieces[i] as Field).literal)) as unknown as Box
        // Of a file that lists its images first the larger side is taken: fractions are fractions all the same.
        const fieldIndex = pieces.slice(0, at[0]).filter(isField).length
        const after = change(box, places[fieldIndex] ?? { width: 640, height: 480 }, example)
        if (after === null) continue
        isChanged = true
        at.forEach((i, j) => (changed[i] = String(after[j])))
      }
      if (!isChanged) continue
      yield {
        name: `${path}: boxes ${name}, ${which}`,
        files: withText(example, path, textOf(changed)),
        expectation: 'named'
      }
    }
  }
}
