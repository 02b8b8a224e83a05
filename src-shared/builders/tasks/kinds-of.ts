/** @file Kinds of things that can be counted and searched for: a class, with an attribute, in a place. */
import type { TaskContext } from '../exchange'
import type { Base, Selector } from '../expression/expression'
import { anchorsOf } from '../expression/propose'
import { PARTS, SIDES } from '../places'
import type { SceneClass } from '../scene'

export const certainClasses = ({ scene, random }: TaskContext): readonly SceneClass[] =>
  random.shuffled([...scene.classes.values()].filter(({ isCertain }) => isCertain))

export interface Kind {
  readonly base: Base
  readonly selector: Selector
}

/** Attributes of one class are few where people label them, and endless where they do not. */
const MOST_ATTRIBUTES = 2

/** Whole classes come first, then their attributes and places by chance. */
export function* kindsOf(context: TaskContext): Generator<Kind> {
  const { random } = context
  const certain = certainClasses(context)
  const baseOf = (className: string): Base => ({ className, attribute: null })
  for (const { name } of certain) yield { base: baseOf(name), selector: { kind: 'all' } }
  const narrower = certain.flatMap(({ name, things }): readonly Kind[] => {
    const said = things.flatMap(({ attributes }) => [...attributes].map(([key, value]) => ({ key, value })))
    const attributes = random.shuffled(said).slice(0, MOST_ATTRIBUTES)
    const anchors = anchorsOf(context.scene, name)
    const places: readonly Selector[] = [
      ...PARTS.map((part): Selector => ({ kind: 'part', part })),
      ...anchors.flatMap((anchor) => SIDES.map((side): Selector => ({ kind: 'beside', side, anchor })))
    ]
    const bases = attributes.map((attribute): Base => ({ className: name, attribute }))
    return [
      ...bases.map((base): Kind => ({ base, selector: { kind: 'all' } })),
      ...[baseOf(name), ...bases].flatMap((base) => places.map((selector) => ({ base, selector })))
    ]
  })
  yield* random.shuffled(narrower)
}
