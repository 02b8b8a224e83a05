/**
 * @file Expressions that might single things out. Proposing is generous and knows no margins: what is kept is what
 * `meantBy` finds unambiguous.
 */
import type { RegionId } from '../../grounded/nodes'
import { PARTS, SIDES } from '../places'
import type { Scene, SceneClass, Thing } from '../scene'
import { meantBy, onlyThing } from './evaluate'
import type { Base, Expression, Meaning, Selector, SimpleExpression } from './expression'

const baseOf = (className: string): Base => ({ className, attribute: null })

/** The class alone, and with each attribute that one of its things has. */
function basesOf({ name, things }: SceneClass): readonly Base[] {
  const bases = new Map<string, Base>([['', baseOf(name)]])
  for (const { attributes } of things)
    for (const [key, value] of attributes) bases.set(`${key} ${value}`, { className: name, attribute: { key, value } })
  return [...bases.values()]
}

/** Things that are the only ones of their class, which others can be placed by. */
function anchorsOf(scene: Scene, except: string): readonly Base[] {
  return [...scene.classes.values()]
    .filter(({ name, things }) => name !== except && things.length === 1)
    .map(({ name }) => baseOf(name))
    .filter((base) => onlyThing(scene, base) !== null)
}

/** So many that a person would still count along. */
const MOST_COUNTED = 5

function selectorsFor(scene: Scene, base: Base, count: number): readonly Selector[] {
  const anchors = anchorsOf(scene, base.className)
  const several: readonly Selector[] =
    count < 2
      ? []
      : [
          ...SIDES.flatMap((side): readonly Selector[] => [
            ...(count === 2 ? [{ kind: 'side', side } as const] : []),
            { kind: 'extreme', side },
            ...(count > MOST_COUNTED
              ? []
              : Array.from(
                  { length: Math.max(0, count - 2) },
                  (_, i) => ({ kind: 'ordinal', place: i + 2, side }) as const
                )),
            ...Array.from(
              { length: Math.max(0, Math.min(count - 1, MOST_COUNTED) - 1) },
              (_, i) => ({ kind: 'first', count: i + 2, side }) as const
            )
          ]),
          { kind: 'size', extreme: 'largest' },
          { kind: 'size', extreme: 'smallest' },
          ...anchors.flatMap((anchor): readonly Selector[] => [
            { kind: 'distance', extreme: 'nearest', anchor },
            { kind: 'distance', extreme: 'farthest', anchor }
          ])
        ]
  return [
    { kind: 'all' },
    ...several,
    ...PARTS.map((part) => ({ kind: 'part', part }) as const),
    ...anchors.flatMap((anchor) => SIDES.map((side) => ({ kind: 'beside', side, anchor }) as const))
  ]
}

const idsOf = (things: readonly Thing[]): readonly RegionId[] => things.map(({ id }) => id)

function meaning(scene: Scene, expression: Expression): Meaning | null {
  const things = meantBy(scene, expression)
  return things === null ? null : { expression, ids: idsOf(things) }
}

/** Every unambiguous expression about things of one class, simple ones first. */
export function meaningsOfClass(scene: Scene, one: SceneClass): readonly Meaning[] {
  const found: Meaning[] = []
  for (const base of basesOf(one)) {
    const members = meantBy(scene, { kind: 'one', base, selector: { kind: 'all' } })
    for (const selector of selectorsFor(scene, base, members?.length ?? one.things.length)) {
      const simple = meaning(scene, { kind: 'one', base, selector })
      if (simple !== null) found.push(simple)
      const isTelling = selector.kind !== 'all' && selector.kind !== 'first' && base.attribute === null
      // It is worded with one thing left out.
      const rest = isTelling && simple?.ids.length === 1 ? meaning(scene, { kind: 'except', base, selector }) : null
      // "All but" of one that is left is a riddle.
      if (rest !== null && rest.ids.length >= 2) found.push(rest)
    }
  }
  return [...found, ...relatedMeanings(scene, one)]
}

/** "the man riding the horse": relations that the project holds, of things that can be named without them. */
function relatedMeanings(scene: Scene, one: SceneClass): readonly Meaning[] {
  return scene.relations.flatMap(({ subject, predicate, object }): readonly Meaning[] => {
    const anchor = scene.byId.get(object)?.className ?? null
    if (anchor === null || !one.things.some(({ id }) => id === subject)) return []
    const selector: Selector = { kind: 'related', predicate, anchor: baseOf(anchor) }
    const found = meaning(scene, { kind: 'one', base: baseOf(one.name), selector })
    return found === null ? [] : [found]
  })
}

/** Two expressions of different classes together; null when that is ambiguous or one of them holds the other. */
export function unionOf(scene: Scene, a: Meaning, b: Meaning): Meaning | null {
  if (a.expression.kind !== 'one' || b.expression.kind !== 'one') return null
  if (a.expression.base.className === b.expression.base.className) return null
  const parts: readonly [SimpleExpression, SimpleExpression] = [a.expression, b.expression]
  return meaning(scene, { kind: 'union', parts })
}
