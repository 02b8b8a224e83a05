/** @file Predicates of relations that speak of places, which boxes may deny. */
import { isBeside } from './places'
import type { Side } from './places'
import type { Thing } from './scene'

const SAID_SIDES: readonly (readonly [RegExp, Side])[] = [
  [/^(?:is |are )?(?:just )?(?:(?:to|on) the )?left of$/i, 'left'],
  [/^(?:is |are )?(?:just )?(?:(?:to|on) the )?right of$/i, 'right'],
  [/^(?:is |are )?(?:above|over|on top of)$/i, 'top'],
  [/^(?:is |are )?(?:below|under|beneath|underneath)$/i, 'bottom'],
  [/^(?:在|位于)?左(?:边|侧|方|面)?$/, 'left'],
  [/^(?:在|位于)?右(?:边|侧|方|面)?$/, 'right'],
  [/^(?:在|位于)?上(?:边|方|面)$/, 'top'],
  [/^(?:在|位于)?下(?:边|方|面)$/, 'bottom']
]

/** The side of its object that a predicate puts its subject on; null: it speaks of something else. */
export const sideSaid = (predicate: string): Side | null =>
  SAID_SIDES.find(([pattern]) => pattern.test(predicate.trim()))?.[1] ?? null

/** A relation that speaks of places must not be denied by them. */
export function isBelievable(subject: Thing, predicate: string, object: Thing): boolean {
  const side = sideSaid(predicate)
  return side === null || isBeside(subject, object, side) !== 'no'
}
