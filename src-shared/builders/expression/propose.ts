/**
 * @file Expressions that might single things out. Proposing is generous and knows no margins: what is kept is what
 * `meantBy` finds unambiguous.
 */
import { PARTS, SIDES } from '../places'
import { sideSaid } from '../predicates'
import type { Random } from '../random'
import type { Scene, SceneClass } from '../scene'
import { meantBy, onlyThing } from './evaluate'
import { EXPRESSION_KINDS, kindOfExpression } from './expression'
import type { Base, Expression, ExpressionKind, Meaning, Selector } from './expression'

const baseOf = (className: string): Base => ({ className, attribute: null })

/** The class alone, and with each attribute that one of its things has. */
function basesOf({ name, things }: SceneClass): readonly Base[] {
  const bases = new Map<string, Base>([['', baseOf(name)]])
  for (const { attributes } of things)
    for (const [key, value] of attributes) bases.set(`${key} ${value}`, { className: name, attribute: { key, value } })
  return [...bases.values()]
}

/** By more of them than this, an image of many classes has expressions without end. */
const MOST_ANCHORS = 6

/** Things that are the only ones of their class, which others can be placed by: the largest, as people do. */
export function anchorsOf(scene: Scene, except: string): readonly Base[] {
  return singlesOf(scene)
    .filter(({ className }) => className !== except)
    .slice(0, MOST_ANCHORS)
}

const singles = new WeakMap<Scene, readonly Base[]>()
function singlesOf(scene: Scene): readonly Base[] {
  const known = singles.get(scene)
  if (known !== undefined) return known
  const found = [...scene.classes.values()]
    .flatMap(({ name, things }) => {
      const [thing] = things
      return things.length === 1 && thing !== undefined ? [{ base: baseOf(name), area: thing.area }] : []
    })
    .filter(({ base }) => onlyThing(scene, base) !== null)
    .toSorted((a, b) => b.area - a.area)
    .map(({ base }) => base)
  singles.set(scene, found)
  return found
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

/** What one might say of things of a class; most of it fits nothing, or too much. */
function proposalsFor(scene: Scene, one: SceneClass): readonly Expression[] {
  const simple = basesOf(one).flatMap((base): readonly Expression[] => {
    const { attribute } = base
    const count =
      attribute === null
        ? one.things.length
        : one.things.filter(({ attributes }) => attributes.get(attribute.key) === attribute.value).length
    return selectorsFor(scene, base, count).flatMap((selector): readonly Expression[] => {
      const isTelling = selector.kind !== 'all' && selector.kind !== 'first' && attribute === null
      const said: Expression = { kind: 'one', base, selector }
      return isTelling && count > 2 ? [said, { kind: 'except', base, selector }] : [said]
    })
  })
  return [...simple, ...relatedProposals(scene, one)]
}

/** "the man riding the horse": relations that the project holds, of things that can be named without them. */
const relatedProposals = (scene: Scene, one: SceneClass): readonly Expression[] =>
  scene.relations.flatMap(({ subject, predicate, object }): readonly Expression[] => {
    const anchor = scene.byId.get(object)?.className ?? null
    if (anchor === null || scene.byId.get(subject)?.className !== one.name) return []
    // Sides are for the boxes to say, not for what somebody wrote down once.
    if (sideSaid(predicate) !== null) return []
    const selector: Selector = { kind: 'related', predicate, anchor: baseOf(anchor) }
    return [{ kind: 'one', base: baseOf(one.name), selector }]
  })

function meaningOf(scene: Scene, expression: Expression): Meaning | null {
  if (expression.kind === 'except') {
    // It is worded with one thing left out, and "all but" of one that is left is a riddle.
    const { base, selector } = expression
    if (meantBy(scene, { kind: 'one', base, selector })?.length !== 1) return null
  }
  const ids = meantBy(scene, expression)?.map(({ id }) => id) ?? []
  return ids.length < (expression.kind === 'except' ? 2 : 1) ? null : { expression, ids }
}

/** Two expressions of different classes, which therefore have nothing in common. */
function unionOf(scene: Scene, a: Meaning, b: Meaning): Meaning | null {
  if (a.expression.kind !== 'one' || b.expression.kind !== 'one') return null
  if (a.expression.base.className === b.expression.base.className) return null
  const ids = new Set([...a.ids, ...b.ids])
  return {
    expression: { kind: 'union', parts: [a.expression, b.expression] },
    ids: scene.things.flatMap(({ id }) => (ids.has(id) ? [id] : []))
  }
}

/** Tries at two that go together, each time a union is wanted. */
const UNION_TRIES = 8
const MOST_UNIONS = 40

/**
 * Unambiguous expressions in an order of chance. Kinds take turns, so that those with few are not drowned by the many
 * of another. Looked up one by one as they are asked for: an image of a hundred things has ten thousand proposals.
 */
export function* meanings(
  scene: Scene,
  random: Random,
  kinds: readonly ExpressionKind[] = EXPRESSION_KINDS
): Generator<Meaning> {
  const rows = new Map<ExpressionKind, Expression[]>(kinds.map((kind) => [kind, []]))
  for (const one of scene.classes.values())
    for (const expression of proposalsFor(scene, one)) rows.get(kindOfExpression(expression))?.push(expression)
  const order = random.shuffled(kinds.filter((kind) => kind !== 'union'))
  const left = new Map(order.map((kind) => [kind, [...random.shuffled(rows.get(kind) ?? [])]]))
  const found: Meaning[] = []
  const paired = new Set<string>()
  while ([...left.values()].some(({ length }) => length > 0)) {
    for (const kind of order) {
      const row = left.get(kind) ?? []
      let next: Meaning | null = null
      while (next === null && row.length > 0) next = meaningOf(scene, row.pop() as Expression)
      if (next === null) continue
      found.push(next)
      yield next
    }
    for (let i = 0; kinds.includes('union') && i < UNION_TRIES && paired.size < MOST_UNIONS && found.length > 1; i++) {
      const [a, b] = [random.below(found.length), random.below(found.length)].toSorted((x, y) => x - y)
      const union = unionOf(scene, found[a ?? 0] as Meaning, found[b ?? 0] as Meaning)
      const key = `${a} ${b}`
      if (union === null || paired.has(key)) continue
      paired.add(key)
      yield union
      break
    }
  }
}
