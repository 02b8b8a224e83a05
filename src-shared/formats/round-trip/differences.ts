/**
 * @file What differs between a project that went out and what came back, within what the format says it keeps: the law
 * of every format, and the certificate of an export. One image at a time; the two sides may hold any part of a project.
 */
import { counted } from '../../counted'
import { pixelFromNormalized } from '../../geometry/convert'
import type { AnnotationShape } from '../../geometry/region-shape'
import type { ImageSize } from '../../geometry/space'
import type { FormatKeeps } from '../keeps'
import type { ContentImage, ContentRegion, ProjectContent } from './content'
import { compareWords } from './compare-words'
import { expectedImage } from './expected'
import { pairUp } from './matching'
import { boundsOf, distanceBetween, placeOf } from './place'
import type { Distance } from './place'

export interface Limits {
  readonly keeps: FormatKeeps
  /** Farthest a coordinate may have moved, pixels of the upright image. */
  readonly resolutionPx: (size: ImageSize) => Distance
}

/** A region that differs, as a person finds it again. */
export interface DifferentRegion {
  /** Of the project; null: it came back and had not been written. */
  readonly id: string | null
  readonly kind: AnnotationShape['type']
  /** Its label, else its phrase. */
  readonly name: string | null
  /** Smallest box around it: left, top, right, bottom, pixels of the upright image; null around nothing. */
  readonly boundsPx: readonly [number, number, number, number] | null
}
/** `code` is `round-trip/…`; `image` its path. */
export interface Difference {
  readonly code: string
  readonly message: string
  readonly image: string | null
  readonly region?: DifferentRegion
  /** As the project has it, and as it came back, as JSON: space at the ends and letters nobody sees are seen. */
  readonly was?: string
  readonly now?: string
  /** Farthest a coordinate moved, to the nearest region that came back in its place. */
  readonly movedPx?: number
}
export type DifferenceDetails = Omit<Difference, 'code' | 'message' | 'image'>
export interface Tallied {
  readonly out: number
  readonly back: number
}
export type RoundTripThing = 'labels' | 'images' | 'regions' | 'dialogues' | 'turns' | 'relations'

export interface RoundTrip {
  readonly counts: Readonly<Record<RoundTripThing, Tallied>>
  /** Largest distance of a coordinate from where it was, over all regions that came back. */
  readonly largestErrorPx: number
  /** How much of the project the format does not hold, by reason; none of it was expected back. */
  readonly notHeld: Readonly<Record<string, number>>
  /** By code: how often. Empty: what the format keeps came back. */
  readonly found: Readonly<Record<string, number>>
  /** The first of each code. */
  readonly differences: readonly Difference[]
}

const EXAMPLES_PER_CODE = 3
export const NO_SIZE: ImageSize = { width: 1, height: 1 }

/** Collects over images; `result` at the end. */
export class Comparison {
  readonly #counts: Record<RoundTripThing, { out: number; back: number }> = {
    labels: { out: 0, back: 0 },
    images: { out: 0, back: 0 },
    regions: { out: 0, back: 0 },
    dialogues: { out: 0, back: 0 },
    turns: { out: 0, back: 0 },
    relations: { out: 0, back: 0 }
  }
  readonly #notHeld = new Map<string, number>()
  readonly #found = new Map<string, number>()
  readonly #differences: Difference[] = []
  #largestErrorPx = 0

  readonly limits: Limits

  constructor(limits: Limits) {
    this.limits = limits
  }

  labels(before: readonly string[], after: readonly string[]): void {
    if (this.limits.keeps.labels === 'none') return
    this.#counts.labels.out += before.length
    this.#counts.labels.back += after.length
    if (this.limits.keeps.labels !== 'in-order') return
    const at = before.findIndex((name, i) => name !== after[i])
    if (at === -1 && before.length === after.length) return
    const place = at === -1 ? before.length : at
    const [was, now] = [before[place] ?? '', after[place] ?? '']
    this.#say('class-order', `Class ${place + 1} was “${was}” and is “${now}”.`, null, {
      was: JSON.stringify(was),
      now: JSON.stringify(now)
    })
  }

  /** null: the image is on one side only. */
  image(before: ContentImage | null, after: ContentImage | null): void {
    const expected = before === null ? null : expectedImage(before, this.limits.keeps, (reason) => this.#leave(reason))
    if (expected === null) {
      if (after !== null) this.#unexpected(after)
      return
    }
    this.#count(expected, 'out')
    if (after === null) {
      this.#say('image-missing', `${expected.path} did not come back.`, expected.path)
      const count = expected.regions.length
      const message = `${counted(count, 'region')} of ${expected.path} did not come back.`
      if (count > 0) this.#say('region-missing', message, expected.path, {}, count)
      return
    }
    this.#count(after, 'back')
    this.#compareImages(expected, after)
  }

  #unexpected(after: ContentImage): void {
    this.#count(after, 'back')
    const isEmpty = after.regions.length + after.dialogues.length + after.relations.length === 0
    // A list of images may name those of which nothing else could be written.
    if (!isEmpty) this.#say('image-extra', `${after.path} came back and had not been written.`, after.path)
  }

  #count(image: ContentImage, side: 'out' | 'back'): void {
    this.#counts.images[side]++
    this.#counts.regions[side] += image.regions.length
    this.#counts.dialogues[side] += image.dialogues.length
    this.#counts.relations[side] += image.relations.length
    for (const { turns } of image.dialogues) this.#counts.turns[side] += turns.length
  }

  #compareImages(before: ContentImage, after: ContentImage): void {
    const { keeps } = this.limits
    const { path } = before
    const size = before.size ?? NO_SIZE
    if (after.size !== null && (after.size.width !== size.width || after.size.height !== size.height)) {
      const said = `${after.size.width}×${after.size.height}`
      this.#say('size', `${path} was ${size.width}×${size.height} and is ${said}.`, path)
    }
    if (keeps.done === true && before.done !== after.done)
      this.#say('done', `${path} ${before.done ? 'was done and is not' : 'was not done and is'}.`, path)
    this.#compareRegions(before, after, size)
    const say = (code: string, message: string, details: DifferenceDetails = {}): void =>
      this.#say(code, message, path, details)
    const leave = (reason: string): void => this.#leave(reason)
    compareWords(before, after, { keeps, reach: this.limits.resolutionPx(size), size, say, leave })
  }

  #compareRegions(before: ContentImage, after: ContentImage, size: ImageSize): void {
    const { keeps } = this.limits
    const reach = this.limits.resolutionPx(size)
    const isNear = (a: ContentRegion, b: ContentRegion): boolean => {
      const { x, y } = distanceBetween(a.shape, b.shape, size)
      return x <= reach.x && y <= reach.y
    }
    const measure = (a: ContentRegion, b: ContentRegion): void => {
      const { x, y } = distanceBetween(a.shape, b.shape, size)
      this.#largestErrorPx = Math.max(this.#largestErrorPx, x, y)
    }
    const keyOf = ({ shape }: ContentRegion): number => (placeOf(shape).find((v) => !Number.isNaN(v)) ?? 0) * size.width
    const regionsOf = (image: ContentImage): readonly ContentRegion[] => image.regions

    // First those that are the same in every field, then what is left by place alone, to say which field changed.
    const [left, right] = [bucketed(regionsOf(before), keeps), bucketed(regionsOf(after), keeps)]
    const lost: ContentRegion[] = []
    const extra: ContentRegion[] = []
    for (const field of new Set([...left.keys(), ...right.keys()])) {
      const [mine, theirs] = [left.get(field) ?? [], right.get(field) ?? []]
      const pairs = pairUp(mine, theirs, isNear, keyOf, reach.x * 2)
      const [mineUsed, theirsUsed] = [new Set(pairs.map(([a]) => a)), new Set(pairs.map(([, b]) => b))]
      for (const [a, b] of pairs) measure(mine[a] as ContentRegion, theirs[b] as ContentRegion)
      lost.push(...mine.filter((_, i) => !mineUsed.has(i)))
      extra.push(...theirs.filter((_, i) => !theirsUsed.has(i)))
    }
    // Where text names regions by their place, one that is named twice comes back twice, and two at one place as one.
    const isGrounded = keeps.dialogues === 'grounded' || keeps.captions === 'grounded'
    const byPlace = isGrounded && keeps.regions !== undefined && keeps.regions !== 'all'
    const isMerged = (region: ContentRegion, others: readonly ContentRegion[]): boolean =>
      byPlace && others.some((other) => isNear(region, other) && fieldsOf(region, keeps) === fieldsOf(other, keeps))
    const missing = lost.filter((region) => !isMerged(region, after.regions))
    const added = extra.filter((region) => !isMerged(region, before.regions))

    const pairs = pairUp(missing, added, isNear, keyOf, reach.x * 2)
    for (const [a, b] of pairs)
      this.#sayChanged(missing[a] as ContentRegion, added[b] as ContentRegion, before.path, size)
    const [a, b] = [new Set(pairs.map(([i]) => i)), new Set(pairs.map(([, i]) => i))]
    const back = added.filter((_, i) => !b.has(i))
    for (const region of missing.filter((_, i) => !a.has(i))) this.#sayMissing(region, back, before.path, size)
    for (const region of back) {
      const details = { region: { ...described(region, size), id: null } }
      this.#say(
        'region-extra',
        `${named(details.region)} of ${before.path} came back and had not been written.`,
        before.path,
        details
      )
    }
  }

  #sayMissing(region: ContentRegion, back: readonly ContentRegion[], path: string, size: ImageSize): void {
    const details = { region: described(region, size) }
    const fields = fieldsOf(region, this.limits.keeps)
    // Worth a search for those that are shown only.
    const near = this.#isShown('region-missing')
      ? back.filter((other) => fieldsOf(other, this.limits.keeps) === fields)
      : []
    const moved = Math.min(
      ...near.map((other) => {
        const { x, y } = distanceBetween(region.shape, other.shape, size)
        return Math.max(x, y)
      })
    )
    const name = named(details.region)
    if (!Number.isFinite(moved))
      return this.#say('region-missing', `${name} of ${path} did not come back.`, path, details)
    const movedPx = Number(moved.toPrecision(3))
    this.#say('region-missing', `${name} of ${path} came back ${movedPx} px away.`, path, { ...details, movedPx })
  }

  #sayChanged(before: ContentRegion, after: ContentRegion, path: string, size: ImageSize): void {
    const [mine, theirs] = [fieldsByName(before, this.limits.keeps), fieldsByName(after, this.limits.keeps)]
    const region = described(before, size)
    for (const [name, value] of Object.entries(mine)) {
      if (value === theirs[name]) continue
      const [was, now] = [value, theirs[name] ?? '']
      this.#say(name, `The ${name} of ${named(region)} of ${path} was ${was} and is ${now}.`, path, {
        region,
        was,
        now
      })
    }
  }

  #leave(reason: string): void {
    this.#notHeld.set(reason, (this.#notHeld.get(reason) ?? 0) + 1)
  }

  #isShown(what: string): boolean {
    return (this.#found.get(`round-trip/${what}`) ?? 0) < EXAMPLES_PER_CODE
  }

  #say(what: string, message: string, image: string | null, details: DifferenceDetails = {}, times = 1): void {
    const code = `round-trip/${what}`
    if (this.#isShown(what)) this.#differences.push({ code, message, image, ...details })
    this.#found.set(code, (this.#found.get(code) ?? 0) + times)
  }

  result(): RoundTrip {
    return {
      counts: structuredCopy(this.#counts),
      largestErrorPx: this.#largestErrorPx,
      notHeld: Object.fromEntries(this.#notHeld),
      found: Object.fromEntries(this.#found),
      differences: [...this.#differences]
    }
  }
}

function described({ key, shape, label, phrase }: ContentRegion, size: ImageSize): DifferentRegion {
  const bounds = boundsOf(shape)
  const pixels = bounds === null ? null : pixelFromNormalized(bounds, size)
  const boundsPx = pixels === null ? null : ([0, 1, 2, 3] as const).map((i) => Math.round(pixels[i] * 10) / 10)
  return { id: key, kind: shape.type, name: label ?? phrase, boundsPx: boundsPx as DifferentRegion['boundsPx'] }
}
/** `box “dog” at 10, 20 – 30, 40 px`. */
function named({ kind, name, boundsPx }: DifferentRegion): string {
  const what = name === null ? kind : `${kind} “${name}”`
  return boundsPx === null ? what : `${what} at ${boundsPx.slice(0, 2).join(', ')} – ${boundsPx.slice(2).join(', ')} px`
}

const structuredCopy = (counts: Record<RoundTripThing, Tallied>): Record<RoundTripThing, Tallied> => ({
  labels: { ...counts.labels },
  images: { ...counts.images },
  regions: { ...counts.regions },
  dialogues: { ...counts.dialogues },
  turns: { ...counts.turns },
  relations: { ...counts.relations }
})

/** The fields the format keeps besides the place, each as text. */
function fieldsByName(region: ContentRegion, keeps: FormatKeeps): Readonly<Record<string, string>> {
  const attributes = Object.entries(region.attributes)
    .filter(([name]) => keeps.attributes === true || (keeps.attributes !== false && keeps.attributes.includes(name)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    ...(keeps.labels === 'none' ? {} : { label: JSON.stringify(region.label) }),
    ...(keeps.phrases ? { phrase: JSON.stringify(region.phrase) } : {}),
    ...(keeps.states ? { state: region.state } : {}),
    ...(keeps.confidences ? { confidence: region.confidence?.toFixed(6) ?? 'none' } : {}),
    ...(keeps.attributes === false ? {} : { attributes: JSON.stringify(attributes) })
  }
}
const fieldsOf = (region: ContentRegion, keeps: FormatKeeps): string =>
  JSON.stringify(Object.values(fieldsByName(region, keeps)))

function bucketed(
  regions: readonly ContentRegion[],
  keeps: FormatKeeps
): ReadonlyMap<string, readonly ContentRegion[]> {
  const buckets = new Map<string, ContentRegion[]>()
  for (const region of regions) {
    const fields = fieldsOf(region, keeps)
    const bucket = buckets.get(fields)
    if (bucket === undefined) buckets.set(fields, [region])
    else bucket.push(region)
  }
  return buckets
}

/** Both sides whole. */
export function differences(before: ProjectContent, after: ProjectContent, limits: Limits): RoundTrip {
  const comparison = new Comparison(limits)
  comparison.labels(before.labels, after.labels)
  const came = new Map(after.images.map((image) => [image.path, image]))
  for (const image of before.images) {
    comparison.image(image, came.get(image.path) ?? null)
    came.delete(image.path)
  }
  for (const image of came.values()) comparison.image(null, image)
  return comparison.result()
}
