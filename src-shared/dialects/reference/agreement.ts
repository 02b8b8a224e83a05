/**
 * @file Compares our dialects with what the models' own code answered (`fixtures/reference`, and the
 * `make_*.py` that made each file). For test files only.
 *
 * Where the two part, the difference is named, says why, and is counted: one case more or less fails.
 */
import { assert } from '../../errors'
import { normalizedFromPixel } from '../../geometry/convert'
import type { GroundedShape } from '../../geometry/region-shape'
import { normalizedPoint, pixelBox } from '../../geometry/space'
import { groundedText, mention, phrase, text } from '../../grounded/build'
import type { GroundedNode, GroundedRegion } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { visitNodes } from '../../grounded/visit'
import type { Dialect, DialectContext } from '../dialect'
import { fractionsOf } from '../kit/coordinates'

/** Differences that a failure prints. */
const SHOWN = 40

export type Pair = readonly [width: number, height: number]
export const sizeOf = ([width, height]: Pair) => ({ width, height })
/** A reference that raised read or wrote nothing. */
export interface Raised {
  readonly raises: string
}
export const hasRaised = (output: object): output is Raised => 'raises' in output

export interface ReferenceCase<Input, Output> {
  readonly do: string
  readonly input: Input
  readonly output: Output
}
export interface ReferenceFile<Input, Output> {
  readonly made_by: string
  readonly versions: Readonly<Record<string, string>>
  readonly cases: readonly ReferenceCase<Input, Output>[]
}

export interface Difference<Case> {
  /** What differs, and why ours is as it is. */
  readonly says: string
  /** How many cases of the file part in this way. */
  readonly count: number
  readonly is: (one: Case, ours: unknown, theirs: unknown) => boolean
}

/** Deep equality, numbers within `tolerance`. */
export function agrees(ours: unknown, theirs: unknown, tolerance: number): boolean {
  if (typeof ours === 'number' && typeof theirs === 'number') return Math.abs(ours - theirs) <= tolerance
  if (Array.isArray(ours) && Array.isArray(theirs))
    return ours.length === theirs.length && ours.every((value, i) => agrees(value, theirs[i], tolerance))
  return ours === theirs
}

/**
 * Throws where the two part and no difference says so. The first match of `differences` explains a case;
 * each must explain exactly as many as it says.
 */
export function expectAgreement<Case extends { readonly input: unknown }>(
  cases: readonly Case[],
  ours: (one: Case) => unknown,
  theirs: (one: Case) => unknown,
  { tolerance = 1e-6, differences = [] }: { tolerance?: number; differences?: readonly Difference<Case>[] } = {}
): void {
  assert(cases.length > 0, 'expected cases of a reference')
  const counts = differences.map(() => 0)
  const unexplained: unknown[] = []
  for (const one of cases) {
    const mine = ours(one)
    const reference = theirs(one)
    if (agrees(mine, reference, tolerance)) continue
    const index = differences.findIndex(({ is }) => is(one, mine, reference))
    if (index === -1) unexplained.push({ input: one.input, ours: mine, theirs: reference })
    else counts[index] = (counts[index] ?? 0) + 1
  }
  const shown = unexplained.slice(0, SHOWN).map((one) => JSON.stringify(one))
  assert(unexplained.length === 0, `${unexplained.length} of ${cases.length} cases differ:\n${shown.join('\n')}`)
  const found = differences.map(({ says }, i) => `${counts[i]} × ${says}`).join('\n')
  const expected = differences.map(({ says, count }) => `${count} × ${says}`).join('\n')
  assert(found === expected, `expected\n${expected}\ngot\n${found}`)
}

export interface ReadRegion {
  /** Null: a region used as a word. */
  readonly label: string | null
  readonly group: number
  readonly kind: GroundedShape['type']
  /** x, y, x, y, … as fractions of the context's space. */
  readonly numbers: readonly number[]
}

export function readRegions(dialect: Dialect, source: string, context: DialectContext): readonly ReadRegion[] {
  const { tree } = dialect.parse(source, context)
  const shapes = new Map(tree.regions.map(({ id, shape }) => [id, shape]))
  const found: ReadRegion[] = []
  let group = 0
  visitNodes(tree.children, (node) => {
    if ((node.type !== 'phrase' && node.type !== 'mention') || node.regionIds.length === 0) return
    const label = node.type === 'phrase' ? plainText(node.children) : null
    for (const id of node.regionIds) {
      const shape = shapes.get(id)
      if (shape === undefined) throw new Error(`expected a region ${id}`)
      const numbers = fractionsOf(shape, context.space ?? dialect.profile.space, context)
      found.push({ label, group, kind: shape.type, numbers })
    }
    group++
  })
  return found
}

/** Fractions of a side as pixels of the original. */
export const pixelsOf = (numbers: readonly number[], [width, height]: Pair): readonly number[] =>
  numbers.map((value, i) => value * (i % 2 === 0 ? width : height))

/** Words, or pixels of one group of regions: four numbers are a box, two a point. */
export type Segment = string | { readonly label?: string; readonly pixels: readonly (readonly number[])[] }

export function written(dialect: Dialect, segments: readonly Segment[], context: DialectContext): string {
  const regions: GroundedRegion[] = []
  const pixels = new Map<string, readonly number[]>()
  const children = segments.map((segment): GroundedNode => {
    if (typeof segment === 'string') return text(segment)
    const ids = segment.pixels.map((numbers) => {
      const id = `r${regions.length}`
      regions.push({ id, shape: shapeOf(numbers, context) })
      pixels.set(id, numbers)
      return id
    })
    return segment.label === undefined ? mention(ids) : phrase(segment.label, ids)
  })
  return dialect.print(groundedText(children, regions), { ...context, pixels }).text
}

function shapeOf([a = NaN, b = NaN, c, d]: readonly number[], { image }: DialectContext): GroundedShape {
  if (c !== undefined && d !== undefined) return { type: 'box', box: normalizedFromPixel(pixelBox(a, b, c, d), image) }
  return { type: 'point', point: normalizedPoint(a / image.width, b / image.height) }
}
