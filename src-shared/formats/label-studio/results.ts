/** @file Results of one annotation or prediction, put together by the region they share an id with. */
import { idOf, isObject, jsonText, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { isShapeWord } from './read-value'
import type { ShapeWord } from './read-value'

export interface Result {
  readonly entry: JsonObject
  readonly type: string
  readonly value: JsonObject
  readonly fromName: string
}
export interface ResultGroup {
  /** As the tool has it; null where it has none. */
  readonly id: string | null
  /** For people: the id, or which result it is. */
  readonly record: string
  readonly results: readonly Result[]
  /** The first result with a place in the image; null for what is about the whole image. */
  readonly shape: (Result & { readonly word: ShapeWord }) | null
}
export interface Link {
  readonly record: string
  readonly entry: JsonObject
}
export interface Grouped {
  readonly groups: readonly ResultGroup[]
  readonly links: readonly Link[]
  readonly problems: readonly { readonly record: string; readonly message: string }[]
}

/** `rectanglelabels` → `rectangle`; `labels` → ``. */
export const wordOf = (type: string): string => type.toLowerCase().replace(/labels$/, '')

export function groupResults(list: readonly unknown[]): Grouped {
  const byId = new Map<string, { id: string | null; record: string; results: Result[] }>()
  const links: Link[] = []
  const problems: { record: string; message: string }[] = []
  list.forEach((entry, i) => {
    const record = `result ${i}`
    if (!isObject(entry)) {
      problems.push({ record, message: `It should be an object, not ${nameValue(entry)}.` })
      return
    }
    const type = own(entry, 'type')
    if (typeof type !== 'string') {
      problems.push({ record, message: `Its type should be a text, not ${nameValue(type)}.` })
      return
    }
    if (type === 'relation') {
      links.push({ record, entry })
      return
    }
    const value = own(entry, 'value')
    if (!isObject(value)) {
      problems.push({ record, message: `Its value should be an object, not ${nameValue(value)}.` })
      return
    }
    const id = idOf(own(entry, 'id'))
    const fromName = own(entry, 'from_name')
    const result = { entry, type, value, fromName: typeof fromName === 'string' ? fromName : type }
    const known = byId.get(id ?? record)
    // `record` cannot be an id of the tool's: it never writes spaces.
    const same = known?.results.find((each) => isAnotherPlace(each, result))
    if (same !== undefined) {
      problems.push({ record, message: `Its id ${nameValue(id)} is that of another ${same.type}, with another place.` })
      return
    }
    if (known === undefined) byId.set(id ?? record, { id, record: id ?? record, results: [result] })
    else known.results.push(result)
  })
  const groups = [...byId.values()].map((group): ResultGroup => ({ ...group, shape: shapeOf(group.results) }))
  return { groups, links, problems }
}

/** Words and choices of a region say its place again; another one under its id is another region. */
function isAnotherPlace(a: Result, b: Result): boolean {
  const places = [a, b].map(({ type, value }) =>
    isShapeWord(wordOf(type)) || /^labels$/i.test(type)
      ? jsonText(Object.entries(value).filter(([name]) => PLACE.has(name)))
      : null
  )
  return places[0] !== null && places[1] !== null && places[0] !== places[1]
}
const PLACE = new Set(['x', 'y', 'width', 'height', 'radiusX', 'radiusY', 'points', 'vertices', 'rle'])

function shapeOf(results: readonly Result[]): ResultGroup['shape'] {
  for (const result of results) {
    const word = wordOf(result.type)
    if (isShapeWord(word)) return { ...result, word }
  }
  return null
}

/** Labels of all its results, each once, in order. */
export function labelsOf({ results }: ResultGroup): readonly string[] {
  const labels = new Set<string>()
  for (const { type, value } of results) {
    const list = /labels$/i.test(type) ? (own(value, type.toLowerCase()) ?? own(value, type)) : undefined
    if (Array.isArray(list)) for (const label of list) if (typeof label === 'string' && label !== '') labels.add(label)
  }
  return [...labels]
}

/** Words of its text areas, in order. */
export const wordsOf = (results: readonly Result[]): readonly string[] =>
  results
    .filter(({ type }) => type === 'textarea')
    .flatMap(({ value }) => {
      const text = own(value, 'text')
      return (Array.isArray(text) ? text : [text]).filter(
        (line): line is string => typeof line === 'string' && line !== ''
      )
    })

/** Choices, ratings and numbers as one scalar each; null for what is none of them. */
export function answerOf({ type, value }: Result): string | number | null {
  const held = own(value, type)
  if (type === 'choices' || type === 'taxonomy')
    return Array.isArray(held) && held.length > 0
      ? held.map((choice) => (Array.isArray(choice) ? choice.join(' / ') : String(choice))).join(', ')
      : null
  if (type === 'rating' || type === 'number') return typeof held === 'number' && Number.isFinite(held) ? held : null
  return type === 'datetime' && typeof held === 'string' ? held : null
}
