/** @file When two JSON values say the same, whatever the order of their keys. */

/** A key whose value is `undefined` counts as absent, as in JSON. `-0` equals `0`. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = Object.entries(a).filter(([, value]) => value !== undefined)
  const rightCount = Object.values(b).reduce((sum: number, value) => sum + (value === undefined ? 0 : 1), 0)
  if (left.length !== rightCount) return false
  return left.every(([key, value]) => Object.hasOwn(b, key) && isSameJson(value, (b as Record<string, unknown>)[key]))
}
