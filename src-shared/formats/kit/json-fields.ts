/**
 * @file Looking into parsed JSON of unknown shape: own keys only (so `constructor` and `__proto__` in a file mean
 * nothing), and words for what was found instead of what was expected.
 */
import type { Attributes } from '../reading/item'

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** undefined where the object itself has no such key. */
export const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined)

/** For messages and keys; integers beyond 2^53 are texts of their digits. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each))

const LONGEST_QUOTE = 40

/** For messages: what a value is, short. */
export function nameValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string')
    return JSON.stringify(value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value)
  // Numbers and booleans are all that is left in JSON.
  return String(value as number | bigint | boolean)
}

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

export const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'boolean' || isNumber(value)

/** What an attribute can hold; an integer beyond 2^53 by its digits. null for lists, objects and null. */
export function scalarOf(value: unknown): string | number | boolean | null {
  if (typeof value === 'bigint') return value.toString()
  return isScalar(value) ? value : null
}

/** An id as text, in full; null for what is none. */
export const idOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'bigint' || isNumber(value) ? String(value) : null

/** Later entries win. `__proto__` is left out: nobody downstream has to think of it. */
export const attributesFrom = (entries: Iterable<readonly [string, string | number | boolean]>): Attributes =>
  Object.fromEntries([...entries].filter(([key]) => key !== '__proto__'))
