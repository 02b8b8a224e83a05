/**
 * @file The only way records change: one transaction of the database per transaction of the person.
 * Either everything in it is stored, with its journal entry, links, totals and checksums, or nothing.
 */
import type { RecordKind, RecordKinds } from '../../src-shared/document/records'
import type { Change, Transaction } from '../../src-shared/document/transaction'
import { isSameJson } from '../../src-shared/document/same'
import { AppError, InvariantError } from '../../src-shared/errors'
import { addToChecksum, recordHash } from './checksum'
import { prepared } from './database'
import type { Database } from './database'
import { leastConfidenceIs } from './queries/certainty'
import { imageSeq } from './queries/images'
import { dialogueSeq, labelSeq, recordStore, regionSeq } from './queries/records'
import { addToTally, membershipOf, minus } from './queries/tally'
import type { Row } from './rows'

type AnyRecord = RecordKinds[RecordKind]

/** What a transaction does to one record, its changes in between folded away. */
interface NetChange {
  readonly kind: RecordKind
  readonly id: string
  readonly before: AnyRecord | null
  after: AnyRecord | null
}
/** With the record as it is stored, which for a review may be absent where `before` says "not done". */
interface CheckedChange extends NetChange {
  readonly stored: AnyRecord | null
}

/** Makes what is stored go from every `before` to every `after`. To be called inside a database transaction. */
export function applyChanges(database: Database, transaction: Pick<Transaction, 'id' | 'label' | 'changes'>): void {
  const changes = foldChanges(transaction).map((change) => checkStored(database, transaction, change))

  // What is pointed at is put before and removed after what points at it.
  const byKind = (kind: RecordKind): readonly CheckedChange[] => changes.filter((change) => change.kind === kind)
  for (const kind of ['label', 'dialogue', 'region', 'turn', 'relation', 'review'] as const) {
    for (const change of byKind(kind)) if (change.after) putRecord(database, transaction, change, change.after)
  }
  for (const kind of ['relation', 'turn', 'region', 'dialogue', 'label', 'review'] as const) {
    for (const change of byKind(kind)) if (!change.after) removeRecord(database, transaction, change)
  }
  updateDerived(database, changes)
}

/** Two changes of one record in one transaction must meet: the second begins where the first ended. */
function foldChanges(transaction: Pick<Transaction, 'id' | 'label' | 'changes'>): readonly NetChange[] {
  const net = new Map<string, NetChange>()
  for (const change of transaction.changes) {
    const key = `${change.kind} ${change.id}`
    const earlier = net.get(key)
    if (!earlier) net.set(key, { kind: change.kind, id: change.id, before: change.before, after: change.after })
    else if (!sameRecord(change.kind, earlier.after, change.before)) throw conflict(transaction, change, 'changed')
    else earlier.after = change.after
  }
  return [...net.values()]
}

function sameRecord(kind: RecordKind, a: AnyRecord | null, b: AnyRecord | null): boolean {
  if (kind === 'review') return isDone(a) === isDone(b)
  return isSameJson(a, b)
}
/** No review is the same as one that is not done. */
const isDone = (record: AnyRecord | null): boolean => record !== null && 'done' in record && record.done

function checkStored(
  database: Database,
  transaction: Pick<Transaction, 'id' | 'label'>,
  change: NetChange
): CheckedChange {
  const stored = recordStore(change.kind).find(database, change.id)
  if (stored && stored.problem !== null) throw conflict(transaction, change, 'damaged')
  const record = stored ? stored.record : null
  if (sameRecord(change.kind, record, change.before)) return { ...change, stored: record }
  throw conflict(transaction, change, record === null ? 'missing' : change.before === null ? 'exists' : 'changed')
}

const conflictReasons = {
  missing: 'it is not there any more',
  exists: 'it exists already',
  changed: 'it was changed meanwhile',
  damaged: 'its row in the project file is damaged'
} as const

function conflict(
  transaction: Pick<Transaction, 'id' | 'label'>,
  change: Pick<Change, 'kind' | 'id'>,
  reason: keyof typeof conflictReasons
): AppError {
  const { kind, id } = change
  return new AppError(
    'store/conflict',
    `"${transaction.label}" was not saved for the ${kind} ${id}: ${conflictReasons[reason]}.`,
    {
      nextStep: 'The latest state is shown; do the change again if it is still wanted.',
      data: { transactionId: transaction.id, transactionLabel: transaction.label, kind, id, reason }
    }
  )
}

function dangling(transaction: Pick<Transaction, 'id' | 'label'>, change: NetChange, what: string): AppError {
  return new AppError(
    'store/dangling-reference',
    `"${transaction.label}" was not saved: the ${change.kind} ${change.id} ${what}.`,
    {
      nextStep: 'Nothing was changed. Create what is missing first, or remove what still uses it.',
      data: { transactionId: transaction.id, kind: change.kind, id: change.id }
    }
  )
}

function putRecord(
  database: Database,
  transaction: Pick<Transaction, 'id' | 'label'>,
  change: NetChange,
  record: AnyRecord
): void {
  const imageId = imageIdOf(change.kind, record)
  if (imageId !== null && imageSeq(database, imageId) === null) {
    throw dangling(transaction, change, `belongs to the image ${imageId}, which the project does not have`)
  }
  if ('labelId' in record && record.labelId !== null && labelSeq(database, record.labelId) === null) {
    throw dangling(transaction, change, `has the label ${record.labelId}, which the project does not have`)
  }
  if ('dialogueId' in record && dialogueSeq(database, record.dialogueId) === null) {
    throw dangling(transaction, change, `belongs to the dialogue ${record.dialogueId}, which the project does not have`)
  }
  if ('predicate' in record) {
    for (const id of [record.subject, record.object]) {
      if (regionSeq(database, id, record.imageId) === null)
        throw dangling(transaction, change, `is about the region ${id}, which its image does not have`)
    }
  }
  const store = recordStore(change.kind)
  store.put(database, record as never)
  const readBack = store.find(database, change.id)
  if (!readBack?.record || !isSameJson(readBack.record, record)) {
    throw new InvariantError(`expected the ${change.kind} ${change.id} to be read as it was written`)
  }
}

/** Counted before the removal, so that the message names what stands in the way. */
const users: Partial<Record<RecordKind, { readonly sql: string; readonly words: string }>> = {
  label: {
    sql: 'SELECT count(*) FROM region WHERE label_seq IS NOT NULL AND label_seq = (SELECT seq FROM label WHERE id = ?)',
    words: 'is still the label of some regions'
  },
  region: {
    sql: `SELECT (SELECT count(*) FROM relation WHERE subject_seq = region.seq)
      + (SELECT count(*) FROM relation WHERE object_seq = region.seq) FROM region WHERE id = ?`,
    words: 'still has relations'
  },
  dialogue: {
    sql: 'SELECT count(*) FROM turn WHERE dialogue_seq = (SELECT seq FROM dialogue WHERE id = ?)',
    words: 'still has turns'
  }
}

function removeRecord(database: Database, transaction: Pick<Transaction, 'id' | 'label'>, change: NetChange): void {
  const user = users[change.kind]
  if (user && Number(prepared(database, user.sql).pluck().get(change.id)) > 0)
    throw dangling(transaction, change, user.words)
  recordStore(change.kind).remove(database, change.id)
}

function imageIdOf(kind: RecordKind, record: AnyRecord): string | null {
  if (kind === 'review') return record.id
  return 'imageId' in record ? record.imageId : null
}

const countColumns = ['accepted_count', 'proposal_count', 'rejected_count', 'turn_count'] as const
type CountColumn = (typeof countColumns)[number]

function countColumnOf(record: AnyRecord): CountColumn | null {
  if ('role' in record) return 'turn_count'
  if (!('state' in record)) return null
  return record.state === 'proposed'
    ? 'proposal_count'
    : record.state === 'rejected'
      ? 'rejected_count'
      : 'accepted_count'
}

interface ImageDifference {
  readonly counts: Record<CountColumn, number>
  checksum: bigint
  done: number | null
}

/** Brings counts, totals and checksums of the touched images, and of the labels, in step with the changes. */
function updateDerived(database: Database, changes: readonly CheckedChange[]): void {
  const images = new Map<string, ImageDifference>()
  let labelDifference = 0n
  const differenceOf = (id: string): ImageDifference => {
    let difference = images.get(id)
    if (!difference) {
      difference = {
        counts: { accepted_count: 0, proposal_count: 0, rejected_count: 0, turn_count: 0 },
        checksum: 0n,
        done: null
      }
      images.set(id, difference)
    }
    return difference
  }
  for (const change of changes) {
    for (const [record, sign] of [[change.stored, -1] as const, [change.after, 1] as const]) {
      if (record === null) continue
      const signedHash = recordHash(change.kind, record) * BigInt(sign)
      const imageId = imageIdOf(change.kind, record)
      if (imageId === null) {
        labelDifference += signedHash
        continue
      }
      const difference = differenceOf(imageId)
      difference.checksum += signedHash
      const column = countColumnOf(record)
      if (column) difference.counts[column] += sign
    }
    if (change.kind === 'review') differenceOf(change.id).done = isDone(change.after) ? 1 : 0
  }
  for (const [id, difference] of images) updateImage(database, id, difference)
  if (labelDifference !== 0n) {
    const checksum = prepared(database, 'SELECT label_checksum FROM project').pluck().get() as Buffer
    prepared(database, 'UPDATE project SET label_checksum = ?').run(addToChecksum(checksum, labelDifference))
  }
}

function updateImage(database: Database, id: string, difference: ImageDifference): void {
  const row = prepared(database, 'SELECT * FROM image WHERE id = ?').get(id) as Row
  const after: Record<string, unknown> = {
    ...row,
    checksum: addToChecksum(row['checksum'] as Buffer, difference.checksum)
  }
  for (const column of countColumns) after[column] = Number(row[column]) + difference.counts[column]
  if (difference.done !== null) after['done'] = difference.done
  prepared(
    database,
    `UPDATE image SET ${countColumns.map((name) => `${name} = :${name}`).join(', ')}, done = :done, checksum = :checksum, ${leastConfidenceIs(':proposal_count')} WHERE seq = :seq`
  ).run(after)
  addToTally(database, minus(membershipOf(after), membershipOf(row)))
}
