/**
 * @file What holds for everything a reader gives, whatever it read: shapes are whole and finite, keys are there once,
 * words and classes are text of the files and no made-up ones, and what a turn or a relation points at is there.
 */
import { maskShapeDiagnostic } from '../../geometry/mask-shape'
import type { AnnotationShape } from '../../geometry/region-shape'
import { regionIdsOf } from '../../grounded/visit'
import type { MemoryFileMap } from '../law-projects'
import type { ImportIssue, ImportItem, ImportRegion } from '../reading/item'
import { placeOf } from '../round-trip/place'

const SURROGATE = /\p{Surrogate}/u

function faultOfShape(shape: AnnotationShape): string | null {
  switch (shape.type) {
    case 'mask':
      return maskShapeDiagnostic(shape) === null ? null : 'a mask that cannot be decoded'
    case 'keypoints':
      if (shape.points.length === 0) return 'keypoints without a point'
      if (shape.box !== null && !shape.box.every(Number.isFinite)) return 'keypoints in a box without a place'
      return shape.points.every(({ point, visibility }) => visibility === 0 || point.every(Number.isFinite))
        ? null
        : 'a keypoint without a place'
    default:
      if (!placeOf(shape).every(Number.isFinite)) return `a ${shape.type} without a place`
  }
  if (shape.type === 'box')
    return shape.box[0] < shape.box[2] && shape.box[1] < shape.box[3] ? null : 'a box without an area'
  if (shape.type === 'quad') return shape.points.length === 4 ? null : 'a quad of other than four corners'
  if (shape.type === 'polygon') return shape.points.length >= 3 ? null : 'a polygon of less than three points'
  if (shape.type === 'polyline') return shape.points.length >= 2 ? null : 'a line of less than two points'
  if (shape.type === 'multipolygon')
    return shape.rings.length > 0 && shape.rings.every((ring) => ring.length >= 3)
      ? null
      : 'a ring of less than three points'
  return null
}

function faultOfRegion({ shape, label, phrase, key, confidence, attributes }: ImportRegion): string | null {
  if (typeof key !== 'string') return 'a region without a key'
  if (confidence !== undefined && !(confidence >= 0 && confidence <= 1)) return `a confidence of ${confidence}`
  for (const words of [label, phrase])
    if (words !== null && (typeof words !== 'string' || SURROGATE.test(words))) return 'words that are no text'
  for (const value of Object.values(attributes ?? {}))
    if (
      !['string', 'number', 'boolean'].includes(typeof value) ||
      (typeof value === 'number' && !Number.isFinite(value))
    )
      return 'an attribute that is neither text nor number'
  return faultOfShape(shape)
}

function faultOfIssue({ code, message, file, line }: ImportIssue): string | null {
  if (!/^import\/[a-z\d-]+$/.test(code)) return `an issue with the code ${code}`
  if (message === '' || UNPRINTED.test(message)) return `${code} says ${message}`
  if (file === '') return `${code} names no file`
  return line === undefined || (Number.isSafeInteger(line) && line > 0) ? null : `${code} is at line ${line}`
}

const isSide = (value: number): boolean => Number.isSafeInteger(value) && value > 0

/** What an object becomes that was put into words. */
const UNPRINTED = /\[object [A-Z]\w*\]/

/** A class nobody names is called by its number. */
const MADE_UP = /^class_\d+$/
/** Only plain letters stand in a file as they are read: the rest may be escaped or encoded there. */
const PLAIN = /^[A-Za-z]{2,40}$/

/** null: all of it is sound. */
export function faultOf(items: readonly ImportItem[], files: MemoryFileMap): string | null {
  const keys = new Map<string, Set<string>>()
  const names = new Set<string>()
  for (const item of items) {
    let fault: string | null = null
    if (item.type === 'issue') fault = faultOfIssue(item)
    else if (item.type === 'label') {
      if (typeof item.name !== 'string' || SURROGATE.test(item.name)) fault = 'a class whose name is no text'
      names.add(item.name)
    } else if (item.type === 'image') {
      if (typeof item.reference !== 'string' || item.reference === '') fault = 'an image without a name'
      if (item.size !== null && !(isSide(item.size.width) && isSide(item.size.height))) fault = 'an image of no size'
    } else if (item.type === 'region') {
      fault = faultOfRegion(item)
      const known = keys.get(item.imageKey) ?? new Set<string>()
      if (known.has(item.key)) fault ??= `the region ${item.key} twice in one image`
      keys.set(item.imageKey, known.add(item.key))
      if (item.label !== null) names.add(item.label)
    }
    if (fault !== null) return fault
  }
  return faultOfLinks(items, keys) ?? faultOfNames(names, files)
}

function faultOfLinks(items: readonly ImportItem[], keys: ReadonlyMap<string, ReadonlySet<string>>): string | null {
  for (const item of items) {
    if (item.type === 'dialogue') {
      const known = keys.get(item.imageKey)
      if (item.turns.length === 0) return 'a dialogue without a turn'
      for (const { children } of item.turns)
        for (const id of regionIdsOf(children))
          if (known?.has(id) !== true) return `words about a region ${id} that is not there`
    } else if (item.type === 'relation') {
      const known = keys.get(item.imageKey)
      for (const id of [item.subject, item.object])
        if (known?.has(id) !== true) return `a relation with a region ${id} that is not there`
    }
  }
  return null
}

/** A class is called what a file says. */
function faultOfNames(names: ReadonlySet<string>, files: MemoryFileMap): string | null {
  const suspects = [...names].filter((name) => PLAIN.test(name) && !MADE_UP.test(name))
  if (suspects.length === 0) return null
  for (const content of files.values())
    // Of bytes nobody knows how letters stand in them.
    if (typeof content !== 'string' || /\\u00|&#/.test(content)) return null
  const made = suspects.find(
    (name) => ![...files].some(([path, content]) => path.includes(name) || String(content).includes(name))
  )
  return made === undefined ? null : `a class ${made} that no file names`
}
