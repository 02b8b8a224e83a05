/**
 * @file What stands in the spelling of a region besides its place and its words, and is not read: other keys of its JSON
 * object, words that are a list, the codes of a mask.
 */
import { isObject } from '../json-fields'

const MASK_CODES = /<seg\d{3}>/
/** What nests deeper is no spelling of a region. */
const MOST_LEVELS = 8
/** Numbers alone: places, in a list or one for each. */
const isPlace = (value: unknown, level = 0): boolean =>
  typeof value === 'number' ||
  (Array.isArray(value) && value.length > 0 && level < MOST_LEVELS && value.every((each) => isPlace(each, level + 1)))
const isNothing = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** `source` spells one region or more with the words `words`; an object in it may be broken JSON, which is not looked at. */
export function unreadParts(source: string, words: string): readonly string[] {
  if (MASK_CODES.test(source)) return ['a mask of codes']
  const [start, end] = [source.indexOf('{'), source.lastIndexOf('}')]
  if (start === -1 || end < start) return []
  try {
    const object: unknown = JSON.parse(source.slice(start, end + 1))
    return isObject(object) ? unreadKeys(object, words) : []
  } catch {
    return []
  }
}

function unreadKeys(object: Readonly<Record<string, unknown>>, words: string, level = 0): readonly string[] {
  return Object.entries(object).flatMap(([key, value]) => {
    if (isPlace(value) || isNothing(value)) return []
    if (isObject(value) && level < MOST_LEVELS) return unreadKeys(value, words, level + 1)
    return typeof value !== 'object' && String(value).trim() === words ? [] : [key]
  })
}
