/** @file Documents of images, one or many per query: whatever reads labels to show or export them. */
import type {
  DialogueId,
  ImageDocument,
  ImageId,
  LabelRecord,
  RecordKind,
  RelationRecord,
  TurnRecord
} from '../../../src-shared/document/records'
import {
  compareDialogues,
  compareLabels,
  compareRegions,
  compareRelations,
  compareTurns
} from '../../../src-shared/document/order'
import { AppError } from '../../../src-shared/errors'
import type { Diagnostic } from '../../../src-shared/errors'
import { addToChecksum, emptyChecksum, recordHash } from '../checksum'
import { prepared } from '../database'
import type { Database } from '../database'
import { dialogueFromRow, labelFromRow, regionFromRow, relationFromRow, turnFromRow } from '../rows'
import type { Read, Row } from '../rows'
import { usableImage } from './images'
import { RELATIONS_SINCE } from '../migrations/0003-relations'
import { versionOf } from '../schema'
import { selectDialogues, selectRegions, selectRelations, selectTurns } from './records'

const regionsOf = `${selectRegions} WHERE region.image_seq BETWEEN ? AND ?`
const dialoguesOf = `${selectDialogues} WHERE dialogue.image_seq BETWEEN ? AND ?`
const turnsOf = `${selectTurns} WHERE turn.image_seq BETWEEN ? AND ?`
const relationsOf = `${selectRelations} WHERE relation.image_seq BETWEEN ? AND ?`
const reviewsOf = 'SELECT * FROM review WHERE image_seq BETWEEN ? AND ?'

export interface LoadedDocument {
  readonly seq: number
  readonly document: ImageDocument
  /** Computes the checksum of the records as read, to be compared with the stored one. */
  readonly checksum: () => Buffer
  readonly storedChecksum: Buffer
}

/** Records of one kind by image, in the one order of records; rows that are no records become findings. */
function grouped<T>(
  database: Database,
  kind: RecordKind,
  sql: string,
  range: readonly [number, number],
  decode: (row: Row) => Read<T>,
  compare: (a: T, b: T) => number,
  damage: Map<number, Diagnostic[]>
): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const row of prepared(database, sql).iterate(...range) as Iterable<Row>) {
    const seq = row['image_seq'] as number
    const { record, problem } = decode(row)
    if (problem !== null) add(damage, seq, damagedRow(kind, row, problem))
    else add(groups, seq, record)
  }
  for (const group of groups.values()) group.sort(compare)
  return groups
}
function add<T>(groups: Map<number, T[]>, key: number, value: T): void {
  const group = groups.get(key)
  if (group) group.push(value)
  else groups.set(key, [value])
}
export function damagedRow(kind: RecordKind, row: Row, problem: string): Diagnostic {
  return {
    code: 'store/damaged-row',
    severity: 'error',
    message: `The ${kind} ${String(row['id'])} (row ${String(row['seq'])}) is damaged and left out: ${problem}.`
  }
}

/** The documents of these image rows, which are in order of `seq` and are all that match between the first and the last. */
export function loadDocuments(database: Database, images: readonly Row[]): readonly LoadedDocument[] {
  const first = images[0]
  const last = images.at(-1)
  if (!first || !last) return []
  const range = [first['seq'] as number, last['seq'] as number] as const
  const damage = new Map<number, Diagnostic[]>()
  const regions = grouped(database, 'region', regionsOf, range, regionFromRow, compareRegions, damage)
  const dialogues = grouped(database, 'dialogue', dialoguesOf, range, dialogueFromRow, compareDialogues, damage)
  const turns = grouped(database, 'turn', turnsOf, range, turnFromRow, compareTurns, damage)
  // A file of an older format that must not be changed is read as it is.
  const relations: Map<number, RelationRecord[]> =
    versionOf(database) < RELATIONS_SINCE
      ? new Map()
      : grouped(database, 'relation', relationsOf, range, relationFromRow, compareRelations, damage)
  const reviews = new Map(
    (prepared(database, reviewsOf).all(...range) as Row[]).map((row) => [row['image_seq'], row['done'] === 1])
  )
  return images.map((row) => {
    const seq = row['seq'] as number
    const image = usableImage(row)
    const found = damage.get(seq)
    const document: ImageDocument = {
      image,
      regions: regions.get(seq) ?? [],
      dialogues: dialogues.get(seq) ?? [],
      turns: turns.get(seq) ?? [],
      relations: relations.get(seq) ?? [],
      review: { id: image.id, done: reviews.get(seq) ?? false },
      ...(found ? { damage: found } : {})
    }
    return {
      seq,
      document,
      checksum: () => checksumOf(document, reviews.has(seq)),
      storedChecksum: row['checksum'] as Buffer
    }
  })
}

function checksumOf(document: ImageDocument, hasReview: boolean): Buffer {
  let sum = 0n
  for (const record of document.regions) sum += recordHash('region', record)
  for (const record of document.dialogues) sum += recordHash('dialogue', record)
  for (const record of document.turns) sum += recordHash('turn', record)
  for (const record of document.relations) sum += recordHash('relation', record)
  if (hasReview) sum += recordHash('review', document.review)
  return addToChecksum(emptyChecksum, sum)
}

/** Says so when the records are not the ones that were saved (A10), though each of them can be read. */
export function withChecksumFinding({ document, checksum, storedChecksum }: LoadedDocument): ImageDocument {
  if (document.damage || checksum().equals(storedChecksum)) return document
  const finding: Diagnostic = {
    code: 'store/checksum',
    severity: 'error',
    message: `The labels of ${document.image.relativePath} are not the ones that were saved: their checksum differs.`
  }
  return { ...document, damage: [finding] }
}

export function getDocument(database: Database, id: ImageId): ImageDocument {
  const row = prepared(database, 'SELECT * FROM image WHERE id = ?').get(id) as Row | undefined
  const [loaded] = row ? loadDocuments(database, [row]) : []
  if (!loaded) {
    throw new AppError('store/image-not-found', `The project has no image with the id ${JSON.stringify(id)}.`, {
      nextStep: 'Choose an image from the list.',
      data: { imageId: id }
    })
  }
  return loaded.document
}

export const nextAnnotated = `SELECT * FROM image WHERE seq > ?
  AND accepted_count + proposal_count + rejected_count + turn_count > 0 ORDER BY seq LIMIT ?`
export const nextAny = 'SELECT * FROM image WHERE seq > ? ORDER BY seq LIMIT ?'
const maxImagesPerPage = 200
const maxRecordsPerPage = 5_000

/** The next documents after image `afterSeq`: few images when they are full, many when they are not. */
export function nextDocuments(
  database: Database,
  which: 'annotated' | 'all',
  afterSeq: number
): readonly LoadedDocument[] {
  const rows = prepared(database, which === 'annotated' ? nextAnnotated : nextAny).all(
    afterSeq,
    maxImagesPerPage
  ) as Row[]
  let records = 0
  const tooMany = rows.findIndex((row, index) => {
    for (const name of ['accepted_count', 'proposal_count', 'rejected_count', 'turn_count'])
      records += Number(row[name])
    return index > 0 && records > maxRecordsPerPage
  })
  return loadDocuments(database, tooMany < 0 ? rows : rows.slice(0, tooMany))
}

/** Rejects with `store/damaged-row` when a turn cannot be read: a dialogue with a hole must not go to a model. */
export function getTurns(database: Database, dialogueId: DialogueId): readonly TurnRecord[] {
  const rows = prepared(database, `${selectTurns} WHERE dialogue_seq = (SELECT seq FROM dialogue WHERE id = ?)`).all(
    dialogueId
  ) as Row[]
  const turns = rows.map((row) => {
    const { record, problem } = turnFromRow(row)
    if (problem === null) return record
    throw new AppError('store/damaged-row', damagedRow('turn', row, problem).message, {
      nextStep: 'Delete this dialogue or open a backup.'
    })
  })
  return turns.sort(compareTurns)
}

/** Readable labels in palette order, and findings for the others. */
export function readLabels(database: Database): {
  readonly labels: readonly LabelRecord[]
  readonly damage: readonly Diagnostic[]
} {
  const labels: LabelRecord[] = []
  const damage: Diagnostic[] = []
  for (const row of prepared(database, 'SELECT * FROM label').all() as Row[]) {
    const { record, problem } = labelFromRow(row)
    if (problem === null) labels.push(record)
    else damage.push(damagedRow('label', row, problem))
  }
  return { labels: labels.sort(compareLabels), damage }
}
