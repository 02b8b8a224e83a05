/**
 * @file What may be true of an image, for the proof that nothing false is built. Shares no code with the builders'
 * geometry: centres and edges in pixels, no margins. What the records leave open is a world of its own: proposals that
 * are nothing, a nameless region that is one of a class, a man who is a person too. What is said must hold in each.
 */
import type { ImageDocument, LabelRecord } from '../../document/records'

export interface Being {
  readonly id: string
  /** Empty: something that has another name, which nobody wrote down. */
  readonly names: ReadonlySet<string>
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly x: number
  readonly y: number
  readonly area: number
  readonly colour: string | null
  readonly phrase: string | null
}
export interface World {
  readonly width: number
  readonly height: number
  readonly beings: readonly Being[]
  readonly relations: readonly (readonly [subject: string, predicate: string, object: string])[]
}

/** Names that imply a wider one. */
const WIDER: Readonly<Record<string, string>> = {
  man: 'person',
  puppy: 'dog',
  'toy car': 'car',
  男人: '人',
  小狗: '狗'
}

export function worldsOf(document: ImageDocument, labels: readonly LabelRecord[]): readonly World[] {
  const nameOf = new Map(labels.map(({ id, name }) => [id, name]))
  const { width, height } = document.image.size ?? { width: 1, height: 1 }
  const kinds = [...new Set(document.regions.flatMap(({ labelId }) => nameOf.get(labelId ?? '') ?? []))]
  const worlds: World[] = []
  for (const isProposalReal of [true, false])
    for (const isWide of [true, false])
      for (const nameless of [null, ...kinds]) {
        const beings = document.regions.flatMap((region): readonly Being[] => {
          const { id, shape, state, labelId, attributes, phrase } = region
          const label = nameOf.get(labelId ?? '') ?? nameless
          if (state === 'rejected' || (state === 'proposed' && !isProposalReal)) return []
          if (shape.type !== 'box') return []
          const [x0, y0, x1, y1] = shape.box
          const [left, top, right, bottom] = [x0 * width, y0 * height, x1 * width, y1 * height]
          const wider = isWide ? WIDER[label ?? ''] : undefined
          const colour = attributes?.['color']
          return [
            {
              id,
              names: new Set([label, wider].filter((name) => name !== null && name !== undefined)),
              left,
              top,
              right,
              bottom,
              x: (left + right) / 2,
              y: (top + bottom) / 2,
              area: (right - left) * (bottom - top),
              colour: typeof colour === 'string' ? colour : null,
              phrase
            }
          ]
        })
        const relations = document.relations.map(
          ({ subject, predicate, object }) => [subject, predicate, object] as const
        )
        worlds.push({ width, height, beings, relations })
      }
  return worlds
}

const by =
  (measure: (being: Being) => number) =>
  (a: Being, b: Being): number =>
    measure(a) - measure(b)

const CENTRES: Readonly<Record<string, (b: Being) => number>> = {
  left: ({ x }) => x,
  right: ({ x }) => -x,
  top: ({ y }) => y,
  bottom: ({ y }) => -y
}
const EDGES: Readonly<Record<string, (b: Being) => number>> = {
  left: ({ left }) => left,
  right: ({ right }) => -right,
  top: ({ top }) => top,
  bottom: ({ bottom }) => -bottom
}

/** Edges that are the same number end up a few bits apart. */
const ROUNDING_PX = 1e-6

/** So many nearest to a side by centre; null where the edges that face it say otherwise. */
export function nearestTo(beings: readonly Being[], side: string, count: number): readonly Being[] | null {
  const [centre, edge] = [CENTRES[side], EDGES[side]]
  if (centre === undefined || edge === undefined) return null
  const sorted = beings.toSorted(by(centre))
  const [near, far] = [sorted.slice(0, count), sorted.slice(count)]
  return near.every((a) => far.every((b) => edge(a) <= edge(b) + ROUNDING_PX)) ? near : null
}

/** All in order from a side, each nearer than the next by centre and by edge; null where they disagree. */
export const inOrderFrom = (beings: readonly Being[], side: string): readonly Being[] | null =>
  beings.every((_, i) => nearestTo(beings, side, i) !== null) ? nearestTo(beings, side, beings.length) : null

export function isOnSide(a: Being, b: Being, side: string): boolean {
  if (side === 'left') return a.x < b.x
  if (side === 'right') return a.x > b.x
  return side === 'top' ? a.y < b.y : a.y > b.y
}

/** Half or quarter of the image that a part is in, by centres. */
export function isTowards({ width, height }: World, { x, y }: Being, part: string): boolean {
  const [u, v] = [x / width, y / height]
  if (part === 'center') return u >= 0.25 && u <= 0.75 && v >= 0.25 && v <= 0.75
  return (
    (!part.includes('left') || u < 0.5) &&
    (!part.includes('right') || u > 0.5) &&
    (!part.includes('top') || v < 0.5) &&
    (!part.includes('bottom') || v > 0.5)
  )
}

/** The ninth of the image that a centre is in. */
export function ninthOf({ width, height }: World, { x, y }: Being): string {
  const column = ['left', '', 'right'][Math.min(2, Math.floor((x / width) * 3))] ?? ''
  const row = ['top', '', 'bottom'][Math.min(2, Math.floor((y / height) * 3))] ?? ''
  return [row, column].filter((word) => word !== '').join(' ') || 'center'
}

export const distance = (a: Being, b: Being): number => Math.hypot(a.x - b.x, a.y - b.y)
