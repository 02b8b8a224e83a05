/**
 * @file What an expression singles out on an image. An expression may be said of things only when it is `yes` for
 * each of them and `no` for everything else: one `unclear` and it is ambiguous.
 */
import {
  ORDER_MARGIN,
  distanceBetween,
  isBeside,
  isFurther,
  isInPart,
  isLarger,
  isNearer,
  orderedFrom,
  spanFrom
} from '../places'
import { mayBeOneKind } from '../kinds'
import type { Scene, Thing } from '../scene'
import { both, either, not } from '../verdict'
import type { Verdict } from '../verdict'
import type { Base, Expression, Selector } from './expression'

export type Verdicts = ReadonlyMap<Thing, Verdict>

function classVerdict(thing: Thing, className: string): Verdict {
  if (thing.className === className) return thing.isSure ? 'yes' : 'unclear'
  if (thing.className === null) return 'unclear'
  return mayBeOneKind(thing.className, className) ? 'unclear' : 'no'
}

function attributeVerdict(thing: Thing, attribute: Base['attribute']): Verdict {
  if (attribute === null) return 'yes'
  const value = thing.attributes.get(attribute.key)
  return value === undefined ? 'unclear' : value === attribute.value ? 'yes' : 'no'
}

const bases = new WeakMap<Scene, Map<string, Verdicts>>()

/** Kept with the scene: every expression begins with one of few bases. */
function verdictsOfBase(scene: Scene, base: Base): Verdicts {
  const known = bases.get(scene) ?? new Map<string, Verdicts>()
  bases.set(scene, known)
  const { className, attribute } = base
  const key = JSON.stringify([className, attribute?.key, attribute?.value])
  const said = known.get(key)
  if (said !== undefined) return said
  const verdicts = new Map(
    scene.things.map((thing) => [thing, both(classVerdict(thing, className), attributeVerdict(thing, attribute))])
  )
  known.set(key, verdicts)
  return verdicts
}

const having = (verdicts: Verdicts, verdict: Verdict): readonly Thing[] =>
  [...verdicts].filter(([, said]) => said === verdict).map(([thing]) => thing)

/** The only thing that the words fit; null: none, several, or nobody can say. */
export function onlyThing(scene: Scene, base: Base): Thing | null {
  const verdicts = verdictsOfBase(scene, base)
  const [only, ...more] = having(verdicts, 'yes')
  return only === undefined || more.length > 0 || having(verdicts, 'unclear').length > 0 ? null : only
}

/** Those of the candidates that are chosen among all of them; null: not clear. */
function chosenOf(candidates: readonly Thing[], selector: Selector, scene: Scene): readonly Thing[] | null {
  switch (selector.kind) {
    case 'side': {
      const [first, second] = (candidates.length === 2 ? orderedFrom(candidates, selector.side) : null) ?? []
      if (first === undefined || second === undefined) return null
      // "The left one" of two that are both on the right would be right, and would mislead.
      const [near, far] = [spanFrom(first, selector.side).centre, spanFrom(second, selector.side).centre]
      const isParted = near + ORDER_MARGIN <= 0.5 && far >= 0.5 + ORDER_MARGIN
      return isParted ? [first] : null
    }
    case 'extreme': {
      const first = candidates.toSorted(
        (a, b) => spanFrom(a, selector.side).centre - spanFrom(b, selector.side).centre
      )[0]
      const isClear = candidates.every(
        (thing) => thing === first || isFurther(first as Thing, thing, selector.side) === 'yes'
      )
      return candidates.length >= 2 && first !== undefined && isClear ? [first] : null
    }
    case 'ordinal': {
      const ordered = candidates.length >= 3 ? orderedFrom(candidates, selector.side) : null
      const thing = ordered?.[selector.place - 1]
      return thing === undefined ? null : [thing]
    }
    case 'first': {
      if (candidates.length <= selector.count) return null
      const sorted = candidates.toSorted(
        (a, b) => spanFrom(a, selector.side).centre - spanFrom(b, selector.side).centre
      )
      const [near, far] = [sorted.slice(0, selector.count), sorted.slice(selector.count)]
      return near.every((a) => far.every((b) => isFurther(a, b, selector.side) === 'yes')) ? near : null
    }
    case 'size': {
      const isBetter = (a: Thing, b: Thing): Verdict =>
        selector.extreme === 'largest' ? isLarger(a, b) : isLarger(b, a)
      const best = candidates.find((a) => candidates.every((b) => a === b || isBetter(a, b) === 'yes'))
      return candidates.length >= 2 && best !== undefined ? [best] : null
    }
    case 'distance': {
      const anchor = onlyThing(scene, selector.anchor)
      const { size } = scene
      if (anchor === null || size === null || candidates.length < 2 || candidates.includes(anchor)) return null
      const isBetter = (a: Thing, b: Thing): Verdict =>
        selector.extreme === 'nearest' ? isNearer(a, b, anchor, size) : isNearer(b, a, anchor, size)
      const best = candidates.find((a) => candidates.every((b) => a === b || isBetter(a, b) === 'yes'))
      return best === undefined || distanceBetween(best, anchor, size).centres === 0 ? null : [best]
    }
    default:
      return null
  }
}

/** Whether one candidate is chosen, whatever the others are; null: that is no such selector. */
function ownVerdict(thing: Thing, selector: Selector, scene: Scene): Verdict | null {
  if (selector.kind === 'all') return 'yes'
  if (selector.kind === 'part') return isInPart(thing, selector.part)
  if (selector.kind !== 'beside' && selector.kind !== 'related') return null
  const anchor = onlyThing(scene, selector.anchor)
  if (anchor === null || anchor === thing) return 'unclear'
  if (selector.kind === 'beside') return isBeside(thing, anchor, selector.side)
  // Relations are never all written down: one that is not there may be true all the same.
  const isSaid = scene.relations.some(
    ({ subject, predicate, object }) => subject === thing.id && object === anchor.id && predicate === selector.predicate
  )
  return isSaid ? 'yes' : 'unclear'
}

function verdictsOfOne(scene: Scene, base: Base, selector: Selector): Verdicts {
  const verdicts = verdictsOfBase(scene, base)
  const isAlone = ownVerdict(scene.things[0] as Thing, selector, scene) !== null
  if (isAlone) {
    return new Map(
      [...verdicts].map(([thing, verdict]) => [
        thing,
        verdict === 'no' ? 'no' : both(verdict, ownVerdict(thing, selector, scene) ?? 'unclear')
      ])
    )
  }
  const chosen = having(verdicts, 'unclear').length > 0 ? null : chosenOf(having(verdicts, 'yes'), selector, scene)
  return new Map(
    [...verdicts].map(([thing, verdict]) => [
      thing,
      verdict === 'no' ? 'no' : chosen === null ? 'unclear' : chosen.includes(thing) ? 'yes' : 'no'
    ])
  )
}

/** For every thing of the scene, whether the words mean it. */
export function evaluate(scene: Scene, expression: Expression): Verdicts {
  if (scene.things.length === 0) return new Map()
  if (expression.kind === 'one') return verdictsOfOne(scene, expression.base, expression.selector)
  if (expression.kind === 'except') {
    const left = verdictsOfOne(scene, expression.base, expression.selector)
    return new Map(
      [...verdictsOfBase(scene, expression.base)].map(([thing, verdict]) => [
        thing,
        both(verdict, not(left.get(thing) ?? 'unclear'))
      ])
    )
  }
  const [a, b] = expression.parts.map((part) => evaluate(scene, part))
  return new Map(scene.things.map((thing) => [thing, either(a?.get(thing) ?? 'unclear', b?.get(thing) ?? 'unclear')]))
}

/** What the words fit, in the order of the document, none as well; null when that is not clear. */
export function fittedBy(scene: Scene, expression: Expression): readonly Thing[] | null {
  const verdicts = evaluate(scene, expression)
  return having(verdicts, 'unclear').length > 0 ? null : having(verdicts, 'yes')
}

/** What the words single out; null when they are ambiguous or fit nothing. */
export function meantBy(scene: Scene, expression: Expression): readonly Thing[] | null {
  const fitted = fittedBy(scene, expression)
  return fitted === null || fitted.length === 0 ? null : fitted
}
