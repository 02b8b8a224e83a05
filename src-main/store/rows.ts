/**
 * @file Records to rows and back. Reading checks every value (C3): a row that is not a record comes
 * back as the reason, never as a guess. What `xToRow` writes, `xFromRow` reads as the same record;
 * the commit verifies that for each one, so that a field without a column cannot get lost.
 */
import type {
  DialogueRecord,
  LabelRecord,
  Provenance,
  RegionRecord,
  RelationRecord,
  TurnRecord
} from '../../src-shared/document/records'
import { recordProblem } from './record-check'
import { shapeFromColumns, shapeToColumns } from './shape-columns'
import type { Row } from './shape-columns'

export type { Row }
export type Read<T> =
  { readonly record: T; readonly problem: null } | { readonly record: null; readonly problem: string }

const sound = <T>(record: T): Read<T> => ({ record, problem: null })
const damaged = (problem: string): { readonly record: null; readonly problem: string } => ({ record: null, problem })

function jsonOrNull(value: unknown): unknown {
  return value === null ? null : (JSON.parse(String(value)) as unknown)
}

/** Builds a record and checks it; JSON that does not parse is a finding like any other. */
function read<T>(kind: 'label' | 'region' | 'dialogue' | 'turn' | 'relation', build: () => unknown): Read<T> {
  let candidate: unknown
  try {
    candidate = build()
  } catch (error) {
    return damaged(`holds text that is not JSON (${(error as Error).message})`)
  }
  const problem = recordProblem(kind, candidate)
  return problem === null ? sound(candidate as T) : damaged(problem)
}

/** Provenance is its origin and, rarely, more: most regions need no JSON. */
function provenanceRest(provenance: Provenance): string | null {
  const text = JSON.stringify({ ...provenance, origin: undefined })
  return text === '{}' ? null : text
}
function provenanceOf(row: Row): unknown {
  const rest = jsonOrNull(row['provenance_json'])
  return { ...(rest as object | null), origin: row['origin'] }
}

/** Columns of `region` except `seq`, `image_seq` and `label_seq`. */
export function regionToRow(region: RegionRecord): Row {
  return {
    id: region.id,
    ...shapeToColumns(region.shape),
    phrase: region.phrase,
    state: region.state,
    original_json: region.original === null ? null : JSON.stringify(region.original),
    confidence: region.confidence,
    origin: region.provenance.origin,
    provenance_json: provenanceRest(region.provenance),
    attributes_json: region.attributes === undefined ? null : JSON.stringify(region.attributes),
    created_at_ms: region.createdAtMs
  }
}
/** `row` holds the columns of `region` with `image_id` and `label_id` in place of the numbers. */
export function regionFromRow(row: Row): Read<RegionRecord> {
  return read('region', () => ({
    id: row['id'],
    imageId: row['image_id'],
    shape: shapeFromColumns(row),
    labelId: row['label_id'],
    phrase: row['phrase'],
    state: row['state'],
    original: jsonOrNull(row['original_json']),
    confidence: row['confidence'],
    provenance: provenanceOf(row),
    createdAtMs: row['created_at_ms'],
    ...((row['attributes_json'] ?? null) === null ? {} : { attributes: jsonOrNull(row['attributes_json']) })
  }))
}

export function labelToRow(label: LabelRecord): Row {
  return { id: label.id, name: label.name, colour: label.colour, sort_order: label.order }
}
export function labelFromRow(row: Row): Read<LabelRecord> {
  return read('label', () => ({ id: row['id'], name: row['name'], colour: row['colour'], order: row['sort_order'] }))
}

export function dialogueToRow(dialogue: DialogueRecord): Row {
  return { id: dialogue.id, title: dialogue.title, created_at_ms: dialogue.createdAtMs }
}
export function dialogueFromRow(row: Row): Read<DialogueRecord> {
  return read('dialogue', () => ({
    id: row['id'],
    imageId: row['image_id'],
    title: row['title'],
    createdAtMs: row['created_at_ms']
  }))
}

/** Columns of `turn` except `seq`, `dialogue_seq` and `image_seq`. */
export function turnToRow(turn: TurnRecord): Row {
  return {
    id: turn.id,
    turn_order: turn.order,
    role: turn.role,
    children_json: JSON.stringify(turn.children),
    raw_text: turn.rawText,
    status: turn.status,
    status_reason: turn.statusReason,
    origin: turn.provenance.origin,
    provenance_json: provenanceRest(turn.provenance),
    timings_json: turn.timings === null ? null : JSON.stringify(turn.timings),
    created_at_ms: turn.createdAtMs
  }
}
/** `row` holds the columns of `turn` with `dialogue_id` and `image_id` in place of the numbers. */
export function turnFromRow(row: Row): Read<TurnRecord> {
  return read('turn', () => ({
    id: row['id'],
    dialogueId: row['dialogue_id'],
    imageId: row['image_id'],
    order: row['turn_order'],
    role: row['role'],
    children: jsonOrNull(row['children_json']),
    rawText: row['raw_text'],
    status: row['status'],
    statusReason: row['status_reason'],
    provenance: provenanceOf(row),
    timings: jsonOrNull(row['timings_json']),
    createdAtMs: row['created_at_ms']
  }))
}

/** Columns of `relation` except `seq`, `image_seq`, `subject_seq` and `object_seq`. */
export function relationToRow(relation: RelationRecord): Row {
  return {
    id: relation.id,
    predicate: relation.predicate,
    origin: relation.provenance.origin,
    provenance_json: provenanceRest(relation.provenance),
    created_at_ms: relation.createdAtMs
  }
}
/** `row` holds the columns of `relation` with `image_id`, `subject_id` and `object_id` in place of the numbers. */
export function relationFromRow(row: Row): Read<RelationRecord> {
  return read('relation', () => ({
    id: row['id'],
    imageId: row['image_id'],
    subject: row['subject_id'],
    predicate: row['predicate'],
    object: row['object_id'],
    provenance: provenanceOf(row),
    createdAtMs: row['created_at_ms']
  }))
}
