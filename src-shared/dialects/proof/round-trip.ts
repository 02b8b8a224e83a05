/**
 * @file How far a region may land from where it was, measured: boxes and points are written and read
 * again over sizes that are easy to get wrong, and the farthest coordinate is compared with what the
 * profile states. Regions that had to be cut are counted, not compared.
 */
import type { GroundedShape } from '../../geometry/region-shape'
import type { ImageSize } from '../../geometry/space'
import { groundedText, mention } from '../../grounded/build'
import type { Dialect, DialectContext } from '../dialect'
import { fractionsOf, shapeFromFractions, spaceOf } from '../kit/coordinates'
import { integerBetween, pickFrom, seededRandom } from './random'
import type { Random } from './random'

/** One pixel, one line, extreme ratios, odd margins of the padded square, common sizes. */
export const ODD_SIZES: readonly ImageSize[] = [
  [1, 1],
  [1, 977],
  [613, 1],
  [30_000, 7],
  [7, 30_000],
  [333, 500],
  [500, 375],
  [3, 2],
  [640, 480],
  [480, 640],
  [1_000, 1_000],
  [1_920, 1_080],
  [65_535, 1]
].map(([width = 1, height = 1]) => ({ width, height }))

export interface RoundTripFigures {
  readonly dialect: string
  readonly count: number
  /** The reader gave no region, or one of another kind. */
  readonly lost: number
  readonly cut: number
  /** Farthest a coordinate was from where it had been, in steps of the dialect's grid. */
  readonly worstSteps: number
  /** What the profile states. */
  readonly statedSteps: number
  /** The first region beyond it. */
  readonly example: { readonly image: ImageSize; readonly coords: readonly number[]; readonly text: string } | null
}

function sizeFrom(random: Random): ImageSize {
  if (random() < 0.5) return pickFrom(random, ODD_SIZES)
  return { width: integerBetween(random, 1, 5_000), height: integerBetween(random, 1, 5_000) }
}

interface Sample {
  /** x, y, x, y as fractions of the upright original. */
  readonly coords: readonly number[]
  readonly pixels: readonly number[] | null
}

/** Half of them are whole pixels, as people's boxes are; some touch the borders. */
function sampleFrom(random: Random, { width, height }: ImageSize, kind: 'box' | 'point'): Sample {
  const isWhole = random() < 0.5
  const one = (side: number): number => {
    const value = random() < 0.1 ? pickFrom(random, [0, side]) : random() * side
    return isWhole ? Math.round(value) : value
  }
  const count = kind === 'box' ? 2 : 1
  const xs = Array.from({ length: count }, () => one(width)).sort((a, b) => a - b)
  const ys = Array.from({ length: count }, () => one(height)).sort((a, b) => a - b)
  const pixels = xs.flatMap((x, i) => [x, ys[i] ?? 0])
  return {
    coords: pixels.map((value, i) => value / (i % 2 === 0 ? width : height)),
    pixels: isWhole ? pixels : null
  }
}

/** Steps of the grid on each coordinate, as a fraction of the dialect's space. */
function stepFractions({ profile }: Dialect, context: DialectContext, length: number): readonly number[] {
  const { image, resized = image } = context
  const isResized = spaceOf(profile, context) === 'resized'
  return Array.from({ length }, (_, i) =>
    isResized ? profile.step / (i % 2 === 0 ? resized.width : resized.height) : profile.step
  )
}

/** `count` regions; the same seed gives the same figures. */
export function measureRoundTrip(dialect: Dialect, count: number, seed: number): RoundTripFigures {
  const random = seededRandom(seed)
  const { profile } = dialect
  const kinds = (['box', 'point'] as const).filter((kind) => profile.kinds.includes(kind))
  const statedSteps = profile.worstErrorSteps ?? 0.5
  let [lost, cut, worstSteps] = [0, 0, 0]
  let example: RoundTripFigures['example'] = null
  for (let i = 0; i < count && kinds.length > 0; i++) {
    const image = sizeFrom(random)
    const { coords, pixels } = sampleFrom(random, image, pickFrom(random, kinds))
    const resized = dialect.resizedSize?.(image)
    const context: DialectContext = {
      image,
      ...(resized === undefined ? {} : { resized }),
      ...(pixels === null ? {} : { pixels: new Map([['r', pixels]]) })
    }
    const shape: GroundedShape = shapeFromFractions(coords.length === 4 ? 'box' : 'point', coords, 'original', context)
    const { text, losses } = dialect.print(groundedText([mention('r')], [{ id: 'r', shape }]), context)
    const read = dialect.parse(text, context).tree.regions[0]?.shape
    if (read?.type !== shape.type) {
      lost++
      example ??= { image, coords, text }
      continue
    }
    if (losses.some(({ code }) => code === 'dialect/clamped')) {
      cut++
      continue
    }
    const space = spaceOf(profile, context)
    const steps = stepFractions(dialect, context, coords.length)
    const before = fractionsOf(shape, space, context)
    const worst = fractionsOf(read, space, context).reduce(
      (most, value, k) => Math.max(most, Math.abs(value - (before[k] ?? NaN)) / (steps[k] ?? NaN)),
      0
    )
    // One part in a million of a step is the arithmetic's, not the dialect's.
    if (worst > statedSteps + 1e-6) example ??= { image, coords, text }
    worstSteps = Math.max(worstSteps, worst)
  }
  return { dialect: profile.id, count: kinds.length === 0 ? 0 : count, lost, cut, worstSteps, statedSteps, example }
}
