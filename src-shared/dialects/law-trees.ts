/** @file Generators for the law suite, shared by dialects that mark their phrases. For test files only. */
import fc from 'fast-check'
import type { GroundedShape, ShapeKind } from '../geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../geometry/space'
import { groundedText, mention, phrase, text } from '../grounded/build'
import type { GroundedNode, GroundedText } from '../grounded/nodes'
import type { DialectContext } from './dialect'

const unit = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)
const point = fc.tuple(unit, unit).map(([x, y]) => normalizedPoint(x, y))

export const shapesOf = (kind: ShapeKind): fc.Arbitrary<GroundedShape> => {
  const box = fc
    .tuple(unit, unit, unit, unit)
    .map(([a, b, c, d]) => normalizedBox(Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)))
  if (kind === 'box') return box.map((box) => ({ type: 'box', box }))
  if (kind === 'point') return point.map((point) => ({ type: 'point', point }))
  if (kind === 'quad') return fc.tuple(point, point, point, point).map((points) => ({ type: 'quad', points }))
  if (kind === 'polygon')
    return fc.array(point, { minLength: 3, maxLength: 8 }).map((points) => ({ type: 'polygon', points }))
  if (kind === 'polyline')
    return fc.array(point, { minLength: 2, maxLength: 8 }).map((points) => ({ type: 'polyline', points }))
  const codes = fc.array(fc.integer({ min: 0, max: 127 }), { minLength: 16, maxLength: 16 })
  return fc.tuple(box, codes).map(([box, codes]) => ({ type: 'coded-mask', box, codes }))
}

const size = fc.integer({ min: 1, max: 5000 })
export const sizes = fc.record({ width: size, height: size })

/** Images of any size, both modes. Give `spaces` when checkpoints of the dialect differ in it. */
export const lawContexts = (
  spaces: readonly NonNullable<DialectContext['space']>[] = ['original']
): fc.Arbitrary<DialectContext> =>
  fc.record({
    image: sizes,
    resized: sizes,
    space: fc.constantFrom(...spaces),
    mode: fc.constantFrom('strict' as const, 'lenient' as const)
  })

export interface TreeOptions {
  readonly kinds: readonly ShapeKind[]
  /** Words between regions. */
  readonly connectors: readonly string[]
  readonly phrases: readonly string[]
  /** Regions of one phrase. */
  readonly most: number
  readonly hasMentions: boolean
  readonly hasEmptyPhrases: boolean
}

/** Words and groups in turn. */
export function lawTrees(options: TreeOptions): fc.Arbitrary<GroundedText> {
  const shapes = fc.array(fc.oneof(...options.kinds.map(shapesOf)), {
    minLength: options.hasEmptyPhrases ? 0 : 1,
    maxLength: options.most
  })
  const label = options.hasMentions
    ? fc.option(fc.constantFrom(...options.phrases))
    : fc.constantFrom<string | null>(...options.phrases)
  const part = fc.record({ words: label, connector: fc.constantFrom(...options.connectors), shapes })
  return fc.array(part, { maxLength: 5 }).map((parts) => {
    const regions = parts.flatMap(({ shapes }, i) => shapes.map((shape, k) => ({ id: `g${i}-${k}`, shape })))
    const children = parts.flatMap(({ words, connector, shapes }, i): GroundedNode[] => {
      const ids = shapes.map((_, k) => `g${i}-${k}`)
      if (words === null && ids.length === 0) return [text(connector)]
      return [text(connector), words === null ? mention(ids) : phrase(words, ids)]
    })
    return groundedText(children, regions)
  })
}

/** Text full of pieces of markup. */
export const lawNoise = (pieces: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...pieces, ' ', '\n', 'a cat', '😀', '在', '<', '>', '[', ']', '1', '0.5', ','), {
      maxLength: 14
    })
    .map((list) => list.join(''))
