/**
 * @file Of boxes of one class that overlap too much, only the surest is kept.
 * Source: torchvision.ops.nms; for turned boxes the likeness of J. M. Llerena et al., "Gaussian Bounding Boxes and
 * Probabilistic Intersection-over-Union for Object Detection", 2021.
 */
import type { Seen, SeenBox } from './heads'

/** Intersection over union of boxes that are not turned. */
function overlap(a: SeenBox, b: SeenBox): number {
  const side = (from: number, length: number, other: number, otherLength: number): number =>
    Math.max(
      0,
      Math.min(from + length / 2, other + otherLength / 2) - Math.max(from - length / 2, other - otherLength / 2)
    )
  const shared = side(a.x, a.width, b.x, b.width) * side(a.y, a.height, b.y, b.height)
  return shared / (a.width * a.height + b.width * b.height - shared)
}

/** Second moments of a box that is taken for a Gaussian. */
function spread({ width, height, angle }: SeenBox): readonly [xx: number, yy: number, xy: number] {
  const [along, across] = [width ** 2 / 12, height ** 2 / 12]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return [along * cos ** 2 + across * sin ** 2, along * sin ** 2 + across * cos ** 2, (along - across) * cos * sin]
}

/** Keeps logarithm and root away from rounding errors. */
const TINY = 1e-7

/** One minus the Hellinger distance of the two Gaussians. */
export function likeness(one: SeenBox, other: SeenBox): number {
  const [a1, b1, c1] = spread(one)
  const [a2, b2, c2] = spread(other)
  const [a, b, c] = [a1 + a2, b1 + b2, c1 + c2]
  const [dx, dy] = [one.x - other.x, one.y - other.y]
  const whole = a * b - c * c
  const near = (a * dy ** 2 + b * dx ** 2) / (whole + TINY) / 4
  const skew = (c * -dx * dy) / (whole + TINY) / 2
  const own = Math.sqrt(Math.max(0, a1 * b1 - c1 * c1) * Math.max(0, a2 * b2 - c2 * c2))
  const shape = Math.log(whole / (4 * own + TINY) + TINY) / 2
  const distance = Math.max(TINY, Math.min(100, near + skew + shape))
  return 1 - Math.sqrt(1 - Math.exp(-distance) + TINY)
}

const MOST = 300

/** The surest first; classes do not hide each other. */
export function withoutRepeats(seen: readonly Seen[], most: number, areTurned: boolean): readonly Seen[] {
  const measure = areTurned ? likeness : overlap
  const kept: Seen[] = []
  for (const one of [...seen].sort((a, b) => b.score - a.score)) {
    if (kept.length === MOST) break
    if (kept.every(({ label, box }) => label !== one.label || !(measure(box, one.box) > most))) kept.push(one)
  }
  return kept
}
