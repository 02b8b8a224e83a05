/**
 * @file Records put in bulk: rows that are known to be new, without reading each one back as a commit of a person's
 * edit does. Keeps the sums of what it wrote. Its caller holds the database transaction.
 */
import type {
  DialogueRecord,
  LabelRecord,
  RegionRecord,
  RelationRecord,
  ReviewRecord,
  TurnRecord
} from '../../../src-shared/document/records'
import type { ImageSize } from '../../../src-shared/geometry/space'
import { canonicalJson } from '../canonical-json'
import { addToChecksum, digestOf, numberOfDigest, recordDigest } from '../checksum'
import { prepared } from '../database'
import type { Database } from '../database'
import { MOST_PACKED_BYTES, packPoints } from '../point-grid'
import { bytesOfPoints } from '../point-shapes'
import type { Bounds, FlatPoints, PointShapeType } from '../point-shapes'
import { linksOf } from '../queries/records'
import { dialogueToRow, labelToRow, regionToRow, relationToRow, turnToRow } from '../rows'
import type { Row } from '../rows'
import { ImageSums } from './image-sums'
import type { CountColumn } from './image-sums'
import { RowBlocks } from './row-blocks'

export const countColumnOfState = (state: RegionRecord['state']): CountColumn =>
  state === 'proposed' ? 'proposal_count' : state === 'rejected' ? 'rejected_count' : 'accepted_count'

/** A shape of points, see point-shapes.ts. */
export interface Outline extends FlatPoints {
  readonly type: PointShapeType
  readonly bounds: Bounds
}

/** What is said of a plain outline besides its shape. */
export interface PlainRegion {
  readonly id: string
  readonly image: { readonly id: string; readonly seq: number; readonly size: ImageSize | null }
  readonly label: { readonly id: string; readonly seq: number } | null
  readonly createdAtMs: number
}

const outlineColumns = [
  ...['id', 'image_seq', 'label_seq', 'shape_type', 'x0', 'y0', 'x1', 'y1', 'shape_json', 'shape_points', 'phrase'],
  ...['state', 'confidence', 'origin', 'attributes_json', 'created_at_ms']
] as const

/** Those of outlines of which there is nothing to say but what they are. */
const plainColumns = [
  ...['id', 'image_seq', 'label_seq', 'shape_type', 'x0', 'y0', 'x1', 'y1', 'shape_json', 'shape_points'],
  'created_at_ms'
] as const

function insert(database: Database, table: string, row: Row): number {
  const names = Object.keys(row)
  const sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `:${name}`).join(', ')})`
  return Number(prepared(database, sql).run(row).lastInsertRowid)
}

const storedMark = (database: Database, imageSeq: number): unknown =>
  prepared(database, 'SELECT done FROM review WHERE image_seq = ?').pluck().get(imageSeq)
export const isMarkedDone = (database: Database, imageSeq: number): boolean => storedMark(database, imageSeq) === 1
export const markDigest = (imageId: string, done: boolean): Buffer =>
  recordDigest('review', { id: imageId, done } satisfies ReviewRecord)

/** Marks an image as done that is not. */
export function markDone(database: Database, sums: ImageSums, imageSeq: number, imageId: string): void {
  const hasRow = storedMark(database, imageSeq) !== undefined
  // A row that says "not done" is the same as no row, and has a hash.
  sums.mark(imageSeq, true, hasRow ? markDigest(imageId, false) : null, markDigest(imageId, true))
  prepared(
    database,
    'INSERT INTO review (image_seq, done) VALUES (?, 1) ON CONFLICT (image_seq) DO UPDATE SET done = 1'
  ).run(imageSeq)
}

export class BulkWriter {
  readonly sums = new ImageSums()
  recordCount = 0
  #labelSum = 0n

  readonly #database: Database
  /** Regions are numbered in the order of the file, so whoever writes or reads others writes these first. */
  readonly #outlines: RowBlocks
  readonly #plain: RowBlocks
  /** Points of rows that wait, packed. */
  #packed = Buffer.allocUnsafe(1 << 16)
  #packedEnd = 0

  constructor(database: Database) {
    this.#database = database
    this.#outlines = new RowBlocks(database, 'region', outlineColumns)
    this.#plain = new RowBlocks(database, 'region', plainColumns, { state: "'accepted'", origin: "'import'" })
  }

  /** Writes what waits; the memory of its points is free afterwards. */
  flush(): void {
    // At most one of them has any.
    this.#outlines.flush()
    this.#plain.flush()
  }

  /** A row for a label that is not complete yet; `label` must follow. Returns its number. */
  placeForLabel(label: LabelRecord): number {
    return insert(this.#database, 'label', labelToRow(label))
  }

  label(label: LabelRecord): void {
    const digest = recordDigest('label', label)
    this.recordCount += 1
    this.sums.addToTotal(digest)
    this.#labelSum += numberOfDigest(digest)
    prepared(
      this.#database,
      `INSERT INTO label (id, name, colour, sort_order) VALUES (:id, :name, :colour, :sort_order)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, colour = excluded.colour, sort_order = excluded.sort_order`
    ).run(labelToRow(label))
  }

  region(region: RegionRecord, imageSeq: number, labelSeq: number | null): void {
    this.recordCount += 1
    this.sums.add(imageSeq, recordDigest('region', region), countColumnOfState(region.state))
    this.flush()
    insert(this.#database, 'region', { ...regionToRow(region), image_seq: imageSeq, label_seq: labelSeq })
  }

  /**
   * As `region`, for a shape whose points are flat already: two thirds of an import are this function. `region` has every
   * member but its shape; the text that is hashed is canonical JSON, member by member. The points must stay as they are
   * until `flush`.
   */
  outline(
    region: Omit<RegionRecord, 'shape'>,
    { type, ringLengths, points, bounds }: Outline,
    imageSeq: number,
    labelSeq: number | null
  ): void {
    const { id, imageId, labelId, phrase, state, confidence, provenance, attributes, createdAtMs } = region
    const lengths = JSON.stringify(ringLengths)
    const bytes = bytesOfPoints(points)
    const text =
      `region\n{${attributes === undefined ? '' : `"attributes":${canonicalJson(attributes)},`}"confidence":${confidence}` +
      `,"createdAtMs":${createdAtMs},"id":"${id}","imageId":${JSON.stringify(imageId)}` +
      `,"labelId":${labelId === null ? 'null' : JSON.stringify(labelId)},"original":null` +
      `,"phrase":${phrase === null ? 'null' : JSON.stringify(phrase)},"provenance":{"origin":"${provenance.origin}"}` +
      `,"shape":{"ringLengths":${lengths},"type":"${type}"},"state":"${state}"}\n`
    this.recordCount += 1
    this.sums.add(imageSeq, digestOf(text, bytes), countColumnOfState(state))
    if (!this.#plain.isEmpty) this.#plain.flush()
    this.#outlines.add(
      id,
      imageSeq,
      labelSeq,
      type,
      bounds.x0,
      bounds.y0,
      bounds.x1,
      bounds.y1,
      lengths,
      bytes,
      phrase,
      state,
      confidence,
      provenance.origin,
      attributes === undefined ? null : JSON.stringify(attributes),
      createdAtMs
    )
  }

  /**
   * As `outline`, for a region that is accepted, comes from an import, and has no words, attributes or confidence.
   */
  plainOutline({ id, image, label, createdAtMs }: PlainRegion, { type, ringLengths, points, bounds }: Outline): void {
    const lengths = ringLengths.length === 1 ? `[${ringLengths[0]}]` : JSON.stringify(ringLengths)
    const bytes = bytesOfPoints(points)
    const labelId = label === null ? 'null' : JSON.stringify(label.id)
    const text =
      `region\n{"confidence":null,"createdAtMs":${createdAtMs},"id":"${id}","imageId":${JSON.stringify(image.id)}` +
      `,"labelId":${labelId},"original":null,"phrase":null,"provenance":{"origin":"import"}` +
      `,"shape":{"ringLengths":${lengths},"type":"${type}"},"state":"accepted"}\n`
    this.recordCount += 1
    this.sums.add(image.seq, digestOf(text, bytes), 'accepted_count')
    if (!this.#outlines.isEmpty) this.#outlines.flush()
    const { x0, y0, x1, y1 } = bounds
    const packed = image.size === null ? null : this.#pack(points, image.size)
    const json = packed === null ? lengths : `[${lengths},${packed.details}]`
    const stored = packed?.bytes ?? bytes
    this.#plain.add(id, image.seq, label?.seq ?? null, type, x0, y0, x1, y1, json, stored, createdAtMs)
  }

  /** The bytes stay until `flush`. null: they are no decimals of pixels. */
  #pack(points: Float64Array, size: ImageSize): { readonly bytes: Buffer; readonly details: string } | null {
    const most = points.length * MOST_PACKED_BYTES
    if (this.#plain.isEmpty) this.#packedEnd = 0
    if (this.#packedEnd + most > this.#packed.length) {
      this.#plain.flush()
      this.#packedEnd = 0
      if (most > this.#packed.length) this.#packed = Buffer.allocUnsafe(most * 2)
    }
    const start = this.#packedEnd
    const packed = packPoints(points, size, this.#packed, start)
    if (packed === null) return null
    this.#packedEnd = packed.end
    const { decimals, width, height } = packed.grid
    return { bytes: this.#packed.subarray(start, packed.end), details: `${decimals},${width},${height}` }
  }

  /** Returns its number. */
  dialogue(dialogue: DialogueRecord, imageSeq: number): number {
    this.recordCount += 1
    this.sums.add(imageSeq, recordDigest('dialogue', dialogue), null)
    return insert(this.#database, 'dialogue', { ...dialogueToRow(dialogue), image_seq: imageSeq })
  }

  turn(turn: TurnRecord, imageSeq: number, dialogueSeq: number): void {
    this.recordCount += 1
    this.sums.add(imageSeq, recordDigest('turn', turn), 'turn_count')
    const turnSeq = insert(this.#database, 'turn', {
      ...turnToRow(turn),
      dialogue_seq: dialogueSeq,
      image_seq: imageSeq
    })
    for (const [nodePath, regionId] of linksOf(turn.children)) {
      prepared(this.#database, 'INSERT OR IGNORE INTO link (turn_seq, node_path, region_id) VALUES (?, ?, ?)').run(
        turnSeq,
        nodePath,
        regionId
      )
    }
  }

  relation(relation: RelationRecord, imageSeq: number, subjectSeq: number, objectSeq: number): void {
    this.recordCount += 1
    this.sums.add(imageSeq, recordDigest('relation', relation), null)
    insert(this.#database, 'relation', {
      ...relationToRow(relation),
      image_seq: imageSeq,
      subject_seq: subjectSeq,
      object_seq: objectSeq
    })
  }

  markDone(imageSeq: number, imageId: string): void {
    markDone(this.#database, this.sums, imageSeq, imageId)
  }

  /** The checksum of the labels, once all are written. */
  settleLabels(): void {
    if (this.#labelSum !== 0n) changeLabelChecksum(this.#database, this.#labelSum)
    this.#labelSum = 0n
  }
}

export function changeLabelChecksum(database: Database, difference: bigint): void {
  const checksum = prepared(database, 'SELECT label_checksum FROM project').pluck().get() as Buffer
  prepared(database, 'UPDATE project SET label_checksum = ?').run(addToChecksum(checksum, difference))
}
