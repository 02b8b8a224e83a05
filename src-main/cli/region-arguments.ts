/**
 * @file Regions on the command line. `--box x0,y0,x1,y1` and `--point x,y` are fractions 0..1 of the
 * upright image, from its top left corner; `@1`, `@2`, … in the prompt stand for them in the order in
 * which they were typed, boxes and points counted together.
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../../src-shared/geometry/space'
import { groundedText, mention, text } from '../../src-shared/grounded/build'
import type { GroundedNode, GroundedText } from '../../src-shared/grounded/nodes'
import { usageError } from './output'

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

function fractions(option: string, value: string, count: number): number[] {
  const parts = value.split(',').map((part) => part.trim())
  const numbers = parts.map((part) => (NUMBER.test(part) ? Number(part) : Number.NaN))
  if (numbers.length !== count || !numbers.every(Number.isFinite)) {
    throw usageError(`${option} ${value} is not ${count} numbers with commas between them.`, exampleOf(option))
  }
  const outside = numbers.find((number) => number < 0 || number > 1)
  if (outside !== undefined) {
    throw usageError(
      `${option} ${value}: ${outside} is not between 0 and 1.`,
      'Give fractions of the upright image, not pixels.'
    )
  }
  return numbers
}

const exampleOf = (option: string): string =>
  option === '--box' ? 'For example: --box 0.1,0.2,0.5,0.6' : 'For example: --point 0.4,0.3'

/** Throws `cli/usage`. */
export function parseBox(value: string): RegionShape {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = fractions('--box', value, 4)
  if (x0 >= x1 || y0 >= y1) {
    throw usageError(`--box ${value} has no area.`, 'Give left, top, right, bottom: --box 0.1,0.2,0.5,0.6')
  }
  return { type: 'box', box: normalizedBox(x0, y0, x1, y1) }
}

/** Throws `cli/usage`. */
export function parsePoint(value: string): RegionShape {
  const [x = 0, y = 0] = fractions('--point', value, 2)
  return { type: 'point', point: normalizedPoint(x, y) }
}

/** Id of the n-th given region, from 1. */
export const givenId = (place: number): string => `given-${place}`

const PLACEHOLDER = /(?<![\p{L}\p{N}])@(\d+)/gu

export interface GroundedPrompt {
  readonly tree: GroundedText
  /** Places, from 1, of regions that were given and are not in the prompt. */
  readonly unused: readonly number[]
}

/** The prompt with its placeholders as mentions. Throws `cli/usage` for `@3` when two regions were given. */
export function groundPrompt(prompt: string, shapes: readonly RegionShape[]): GroundedPrompt {
  const children: GroundedNode[] = []
  const used = new Set<number>()
  let end = 0
  for (const match of prompt.matchAll(PLACEHOLDER)) {
    const place = Number(match[1])
    if (place < 1 || place > shapes.length) {
      const given =
        shapes.length === 0 ? 'none was given' : shapes.length === 1 ? 'one was given' : `${shapes.length} were given`
      throw usageError(
        `${match[0]} stands for no region: ${given}.`,
        'Give it with --box or --point, in the order of the numbers.'
      )
    }
    if (match.index > end) children.push(text(prompt.slice(end, match.index)))
    children.push(mention(givenId(place)))
    used.add(place)
    end = match.index + match[0].length
  }
  if (end < prompt.length) children.push(text(prompt.slice(end)))
  const regions = shapes.flatMap((shape, i) => (used.has(i + 1) ? [{ id: givenId(i + 1), shape }] : []))
  return { tree: groundedText(children, regions), unused: shapes.flatMap((_, i) => (used.has(i + 1) ? [] : [i + 1])) }
}
