/**
 * @file What builders know of one image: its things, which of them are certain, and what they are called. Boxes are
 * bounds of the regions, normalized. Closed world by class, open world otherwise: the regions of a class are taken to
 * be all of that class in the image, unless something hints that they are not (`isCertain`).
 */
import { standIns } from '../document/one-object'
import type { ImageDocument, LabelRecord, RegionRecord, RelationRecord } from '../document/records'
import { boxArea, clampToImage, intersectBoxes } from '../geometry/box'
import { boundsOfShape } from '../geometry/shape'
import type { ImageSize, NormalizedBox } from '../geometry/space'
import type { RegionId } from '../grounded/nodes'
import type { Language } from '../prompts/tasks/task'
import { attributesOf } from './attributes'
import type { ThingAttributes } from './attributes'
import { mayBeOneKind } from './kinds'

/** What a class is called; null: nobody knows in that language. */
export type ClassNames = Readonly<Record<Language, string | null>>

export interface Thing {
  readonly id: RegionId
  readonly region: RegionRecord
  /** Name of its label; null: it has none. */
  readonly className: string | null
  /** Clipped to the image. */
  readonly box: NormalizedBox
  readonly centre: { readonly x: number; readonly y: number }
  /** Share of the image. */
  readonly area: number
  /** A person stands for it (a proposal may be nothing at all), and it is one thing, marked once. */
  readonly isSure: boolean
  readonly attributes: ThingAttributes
}

export interface SceneClass {
  readonly name: string
  readonly names: ClassNames
  /** In the order of the document. */
  readonly things: readonly Thing[]
  /** They are all there are, each is one thing, and nothing else in the image could be called so. */
  readonly isCertain: boolean
}

export interface Scene {
  readonly document: ImageDocument
  readonly size: ImageSize | null
  readonly things: readonly Thing[]
  readonly byId: ReadonlyMap<RegionId, Thing>
  readonly classes: ReadonlyMap<string, SceneClass>
  readonly relations: readonly RelationRecord[]
  /** Every region is named and counted for certain: "everything in the image" can be said. */
  readonly isComplete: boolean
}

export interface SceneOptions {
  /** Names of classes in either language, by label; others have the name of the label in its own language. */
  readonly names?: ReadonlyMap<string, Partial<ClassNames>>
  /** Take proposals nobody has looked at for true. Default false. */
  readonly includeProposals?: boolean
}

/** Two boxes of one class that overlap this much are one thing marked twice. */
const SAME_THING_IOU = 0.8
/** Smaller than this share of a side, nobody could point at it. */
const LEAST_SIDE = 0.005

const HAN = /\p{Script=Han}/u
const LATIN = /\p{Script=Latin}/u

/** The label itself, in the language its letters are of. */
export function ownNames(label: string): ClassNames {
  const [isHan, isLatin] = [HAN.test(label), LATIN.test(label)]
  return { en: isLatin && !isHan ? label : null, 'zh-CN': isHan && !isLatin ? label : null }
}

const overlap = (a: NormalizedBox, b: NormalizedBox): number => {
  const common = intersectBoxes(a, b)
  const shared = common === null ? 0 : boxArea(common)
  const union = boxArea(a) + boxArea(b) - shared
  return union > 0 ? shared / union : 0
}

const HAS_INSIDE = new Set(['box', 'quad', 'polygon', 'multipolygon', 'mask', 'keypoints'])

function thingOf(region: RegionRecord, className: string | null, options: SceneOptions): Thing {
  const box = clampToImage(boundsOfShape(region.shape))
  const [x0, y0, x1, y1] = box
  const isLarge = x1 - x0 >= LEAST_SIDE && y1 - y0 >= LEAST_SIDE
  const isCrowd = Number(region.attributes?.['iscrowd'] ?? region.attributes?.['is_group_of'] ?? 0) !== 0
  const isLookedAt = region.state !== 'proposed' || options.includeProposals === true
  return {
    id: region.id,
    region,
    className,
    box,
    centre: { x: (x0 + x1) / 2, y: (y0 + y1) / 2 },
    area: boxArea(box),
    isSure: isLarge && isLookedAt && !isCrowd && HAS_INSIDE.has(region.shape.type),
    attributes: attributesOf(region.attributes)
  }
}

export function sceneOf(document: ImageDocument, labels: readonly LabelRecord[], options: SceneOptions = {}): Scene {
  const labelNames = new Map(labels.map(({ id, name }) => [id, name.trim()]))
  const present = document.regions.filter(({ state }) => state !== 'rejected')
  const others = standIns(present)
  const seen = present.flatMap((region): readonly Thing[] => {
    // A mask of a box that is there is not another thing.
    if (others.has(region.id)) return []
    const name = region.labelId === null ? '' : (labelNames.get(region.labelId) ?? '')
    // A mark without a name and without an inside, such as the point of a question, is no thing of the picture.
    if (name === '' && !HAS_INSIDE.has(region.shape.type)) return []
    return [thingOf(region, name === '' ? null : name, options)]
  })
  const twins = twinsAmong(seen)
  const things = seen.map((thing) => (twins.has(thing) ? { ...thing, isSure: false } : thing))
  const members = new Map<string, Thing[]>()
  for (const thing of things) {
    if (thing.className === null) continue
    const list = members.get(thing.className)
    if (list === undefined) members.set(thing.className, [thing])
    else list.push(thing)
  }
  const hasNameless = things.some(({ className }) => className === null)
  const classes = new Map<string, SceneClass>()
  for (const [name, list] of members) {
    const given = options.names?.get(name)
    const rivals = [...members.keys()].some((other) => other !== name && mayBeOneKind(name, other))
    const isCertain = !hasNameless && !rivals && list.every(({ isSure }) => isSure)
    classes.set(name, { name, names: { ...ownNames(name), ...given }, things: list, isCertain })
  }
  return {
    document,
    size: document.image.size,
    things,
    byId: new Map(things.map((thing) => [thing.id, thing])),
    classes,
    relations: document.relations,
    isComplete: things.length > 0 && [...classes.values()].every(({ isCertain }) => isCertain) && !hasNameless
  }
}

/** Things that seem to be marked twice, under one name or two: what is said of one would be said of the other. */
function twinsAmong(things: readonly Thing[]): ReadonlySet<Thing> {
  const twins = new Set<Thing>()
  things.forEach((a, i) => {
    for (const b of things.slice(i + 1)) {
      if (overlap(a.box, b.box) < SAME_THING_IOU) continue
      twins.add(a)
      twins.add(b)
    }
  })
  return twins
}

/** The class of a thing; null: it has no label. */
export const classOf = (scene: Scene, thing: Thing): SceneClass | null =>
  thing.className === null ? null : (scene.classes.get(thing.className) ?? null)
