/**
 * @file Are these values a record? Asked before anything is written (a caller may be wrong) and
 * after everything that is read (the file may be damaged or made by others, C3). Answers with the
 * first thing that is wrong, in words, or null.
 */
import type { RecordKind } from '../../src-shared/document/records'
import type { Change } from '../../src-shared/document/transaction'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { shapeProblem } from '../../src-shared/geometry/shape-problem'

type Fields = Readonly<Record<string, unknown>>
type Check = (value: unknown) => string | null

const maxTextLength = 1_000_000
const maxTreeDepth = 200

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text: Check = (value) =>
  typeof value !== 'string' ? 'is not a text' : value.length > maxTextLength ? 'is too long' : null
const nonEmptyText: Check = (value) => text(value) ?? (value === '' ? 'is empty' : null)
const finite: Check = (value) => (typeof value === 'number' && Number.isFinite(value) ? null : 'is not a finite number')
const wholeNumber: Check = (value) => (Number.isSafeInteger(value) ? null : 'is not a whole number')
const boolean: Check = (value) => (typeof value === 'boolean' ? null : 'is not true or false')
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value)
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? null : check(value)
const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value) ? null : `is none of ${allowed.join(', ')}`
const fraction: Check = (value) =>
  finite(value) ?? ((value as number) >= 0 && (value as number) <= 1 ? null : 'is not between 0 and 1')
const numbers =
  (count: number): Check =>
  (value) =>
    !Array.isArray(value) || value.length !== count
      ? `is not a list of ${count} numbers`
      : value.every((item) => finite(item) === null)
        ? null
        : 'holds something that is not a finite number'

/** Members not named here are a mistake too: the store has no place for them and would lose them. */
function members(checks: Readonly<Record<string, Check>>): Check {
  const names = Object.keys(checks)
  return (value) => {
    if (!isObject(value)) return 'is not a record'
    for (const name of names) {
      const problem = checks[name]?.(value[name])
      if (problem) return `${name} ${problem}`
    }
    for (const name of Object.keys(value)) {
      if (value[name] !== undefined && !Object.hasOwn(checks, name)) return `${name} is unknown to this version`
    }
    return null
  }
}

const listOf =
  (check: Check, what: string): Check =>
  (value) => {
    if (!Array.isArray(value)) return `is not a list of ${what}`
    for (const item of value as readonly unknown[]) {
      const problem = check(item)
      if (problem) return `holds ${what} of which one ${problem}`
    }
    return null
  }
const points = listOf(numbers(2), 'points')
const side: Check = (value) => wholeNumber(value) ?? ((value as number) > 0 ? null : 'is not above 0')

/** Members of each shape; what they say together is for `shapeProblem`. */
const shapes: Readonly<Record<RegionShape['type'], Check>> = {
  box: members({ type: text, box: numbers(4) }),
  point: members({ type: text, point: numbers(2) }),
  quad: members({
    type: text,
    points: (value) => points(value) ?? ((value as readonly unknown[]).length === 4 ? null : 'is not 4 points')
  }),
  polygon: members({ type: text, points }),
  polyline: members({ type: text, points }),
  multipolygon: members({ type: text, rings: listOf(points, 'rings') }),
  mask: members({
    type: text,
    size: members({ width: side, height: side }),
    counts: (value) => (typeof value === 'string' ? null : 'is not a text')
  }),
  keypoints: members({
    type: text,
    points: listOf(
      members({
        point: numbers(2),
        visibility: (value) => ([0, 1, 2].includes(value as number) ? null : 'is not 0, 1 or 2')
      }),
      'keypoints'
    ),
    box: orNull(numbers(4))
  })
}
const shape: Check = (value) => {
  if (!isObject(value)) return 'is not a shape'
  const type = value['type']
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type)) return 'has an unknown type'
  return shapes[type as RegionShape['type']](value) ?? shapeProblem(value as unknown as RegionShape)
}

const attributes: Check = (value) => {
  if (!isObject(value)) return 'is not a record'
  for (const [name, item] of Object.entries(value)) {
    if (name === '__proto__') return 'has a name that no record can hold'
    const problem = typeof item === 'string' ? text(item) : typeof item === 'boolean' ? null : finite(item)
    if (problem) return `${JSON.stringify(name)} ${problem}`
  }
  return null
}

const regionIds: Check = (value) =>
  Array.isArray(value) && value.every((item) => nonEmptyText(item) === null) ? null : 'is not a list of region ids'

/** Of a predicate; one for each region, which the tree's own check counts. */
const roles = listOf(oneOf('subject', 'object'), 'roles')

const origin = oneOf('human', 'model', 'import', 'rule')
const provenance = members({
  origin,
  modelId: optional(text),
  modelRevision: optional(text),
  provider: optional(text),
  dialect: optional(text),
  turnId: optional(text),
  form: optional(oneOf('boxes', 'phrases', 'labels', 'json-schema')),
  spread: optional(numbers(4)),
  shownRegions: optional(regionIds)
})
const timings = members({
  imageMs: finite,
  visionMs: finite,
  prefillMs: finite,
  decodeMs: finite,
  totalMs: finite,
  promptTokens: optional(finite),
  newTokens: optional(finite)
})
const position = optional(members({ start: wholeNumber, end: wholeNumber }))
function nodes(depth: number): Check {
  return (value) => {
    if (!Array.isArray(value)) return 'is not a list of nodes'
    if (depth > maxTreeDepth) return 'is nested too deeply'
    for (const item of value) {
      const problem = node(item, depth)
      if (problem) return problem
    }
    return null
  }
}
function node(value: unknown, depth: number): string | null {
  if (!isObject(value)) return 'holds something that is not a node'
  const type: Check = oneOf('text', 'phrase', 'mention', 'raw')
  switch (value['type']) {
    case 'text':
      return members({ type, value: text, position })(value)
    case 'phrase':
      return members({ type, children: nodes(depth + 1), regionIds, roles: optional(roles), position })(value)
    case 'mention':
      return members({ type, regionIds, position })(value)
    case 'raw':
      return members({ type, value: text, reason: text, position })(value)
    default:
      return 'holds a node of an unknown type'
  }
}

const checks: Readonly<Record<RecordKind, Check>> = {
  label: members({ id: nonEmptyText, name: text, colour: text, order: finite }),
  region: members({
    id: nonEmptyText,
    imageId: nonEmptyText,
    shape,
    labelId: orNull(nonEmptyText),
    phrase: orNull(text),
    state: oneOf('accepted', 'proposed', 'corrected', 'rejected'),
    original: orNull(shape),
    confidence: orNull(fraction),
    provenance,
    createdAtMs: wholeNumber,
    attributes: optional(attributes)
  }),
  dialogue: members({ id: nonEmptyText, imageId: nonEmptyText, title: orNull(text), createdAtMs: wholeNumber }),
  turn: members({
    id: nonEmptyText,
    dialogueId: nonEmptyText,
    imageId: nonEmptyText,
    order: wholeNumber,
    role: oneOf('user', 'assistant'),
    children: nodes(0),
    rawText: orNull(text),
    status: oneOf('complete', 'partial', 'failed'),
    statusReason: orNull(text),
    provenance,
    timings: orNull(timings),
    createdAtMs: wholeNumber
  }),
  relation: members({
    id: nonEmptyText,
    imageId: nonEmptyText,
    subject: nonEmptyText,
    predicate: nonEmptyText,
    object: nonEmptyText,
    provenance,
    createdAtMs: wholeNumber
  }),
  review: members({ id: nonEmptyText, done: boolean })
}

/** What is wrong with `value` as a record of `kind`; null when nothing is. */
export function recordProblem(kind: RecordKind, value: unknown): string | null {
  return checks[kind](value)
}

const relativePath: Check = (value) => {
  const problem = nonEmptyText(value)
  if (problem) return problem
  const path = value as string
  if (path.startsWith('/') || path.includes('\0')) return 'is not a path below the image root'
  return path.split('/').some((part) => part === '' || part === '.' || part === '..') ? 'leaves the image root' : null
}

const image = members({
  id: optional(nonEmptyText),
  relativePath,
  contentHash: orNull((value) =>
    typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? null : 'is not a sha256'
  ),
  sizeBytes: wholeNumber,
  size: orNull(members({ width: wholeNumber, height: wholeNumber })),
  orientation: wholeNumber,
  status: oneOf('ok', 'missing', 'unreadable'),
  statusReason: orNull(text)
})

/** What is wrong with `value` as an image, with or without its id. */
export const imageProblem: Check = image

/** What is wrong with `value` as a transaction, changes and their records included. An import lists none. */
export function transactionProblem(value: unknown, isImport = false): string | null {
  const outer = members({
    id: nonEmptyText,
    label: nonEmptyText,
    origin,
    imageId: orNull(nonEmptyText),
    changes: (list) => (Array.isArray(list) && list.length > 0 !== isImport ? null : 'holds no change'),
    createdAtMs: wholeNumber
  })(value)
  if (outer) return outer
  const { imageId, changes } = value as { imageId: string | null; changes: readonly unknown[] }
  for (const [index, change] of changes.entries()) {
    const problem = changeProblem(change) ?? foreignImage(imageId, change as Change)
    if (problem) return `change ${index + 1}: ${problem}`
  }
  return null
}

/** A transaction of one image may change labels too, but no other image: windows would not see it. */
function foreignImage(imageId: string | null, { kind, id, before, after }: Change): string | null {
  if (imageId === null || kind === 'label') return null
  for (const record of [before, after]) {
    if (record && (kind === 'review' ? record.id : 'imageId' in record && record.imageId) !== imageId) {
      return `${kind} ${id}: it belongs to another image than the transaction`
    }
  }
  return null
}

function changeProblem(change: unknown): string | null {
  const anything: Check = () => null
  const outer = members({ kind: oneOf(...Object.keys(checks)), id: nonEmptyText, before: anything, after: anything })(
    change
  )
  if (outer) return outer
  const { kind, id, before, after } = change as { kind: RecordKind; id: string; before: unknown; after: unknown }
  if (before === undefined || after === undefined) return 'before and after must be a record or null'
  if (before === null && after === null) return 'before and after are both null'
  for (const record of [before, after]) {
    if (record === null) continue
    const problem = recordProblem(kind, record)
    if (problem) return `${kind} ${id}: ${problem}`
    if ((record as { id: string }).id !== id) return `${kind} ${id}: its record has another id`
  }
  return null
}
