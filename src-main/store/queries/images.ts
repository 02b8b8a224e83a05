/** @file Images: listing with filters, registration after a scan. Every order and filter is a constant (C4). */
import { randomUUID } from 'node:crypto'
import type { ImageId, ImageRecord } from '../../../src-shared/document/records'
import type { ImageFilter, ImageListItem, ImageOrder } from '../../../src-shared/ipc/contract'
import { AppError } from '../../../src-shared/errors'
import { emptyChecksum } from '../checksum'
import { prepared } from '../database'
import type { Database } from '../database'
import { imageProblem } from '../record-check'
import type { Read, Row } from '../rows'
import { pageByCertainty } from './certainty'
import { membershipOf, minus, readTally, TallySum } from './tally'
import type { Tally } from './tally'

export function imageFromRow(row: Row): Read<ImageRecord> {
  const candidate = {
    id: row['id'],
    relativePath: row['relative_path'],
    contentHash: row['content_hash'],
    sizeBytes: row['size_bytes'],
    size:
      row['width_px'] === null || row['height_px'] === null
        ? null
        : { width: row['width_px'], height: row['height_px'] },
    orientation: row['orientation'],
    status: row['status'],
    statusReason: row['status_reason']
  }
  const problem = imageProblem(candidate)
  return problem === null ? { record: candidate as ImageRecord, problem } : { record: null, problem }
}

/** A damaged row stays in the list, as an image that cannot be read and leads to no file (C3). */
export function usableImage(row: Row): ImageRecord {
  const { record, problem } = imageFromRow(row)
  if (record) return record
  return {
    id: String(row['id']),
    relativePath: `damaged-record-${String(row['seq'])}`,
    contentHash: null,
    sizeBytes: 0,
    size: null,
    orientation: 1,
    status: 'unreadable',
    statusReason: `Its record in the project file is damaged: ${problem}.`
  }
}

const filters: Readonly<Record<ImageFilter, { readonly where: string; readonly total: keyof Tally }>> = {
  all: { where: '1', total: 'images' },
  todo: { where: "done = 0 AND status = 'ok'", total: 'todo' },
  done: { where: 'done = 1', total: 'done' },
  proposals: { where: 'proposal_count > 0', total: 'with_proposals' },
  problems: { where: "status <> 'ok'", total: 'problems' }
}

/** Images are never removed and numbered from 1 without gaps, so among all images a place is a number. */
const pageOfAll = 'SELECT * FROM image WHERE seq > :offset ORDER BY seq LIMIT :limit'

/** The inner query walks a partial index only, the outer one reads the rows of the page. */
export function pageStatement(filter: ImageFilter): string {
  if (filter === 'all') return pageOfAll
  return `SELECT * FROM image WHERE seq IN (
    SELECT seq FROM image WHERE ${filters[filter].where} ORDER BY seq LIMIT :limit OFFSET :offset
  ) ORDER BY seq`
}

export function listImages(
  database: Database,
  query: {
    readonly filter: ImageFilter
    readonly order?: ImageOrder
    readonly offset: number
    readonly limit: number
  }
): { total: number; items: readonly ImageListItem[] } {
  if (!Object.hasOwn(filters, query.filter)) throw badQuery(`the filter ${JSON.stringify(query.filter)} is unknown`)
  for (const name of ['offset', 'limit'] as const) {
    if (!Number.isSafeInteger(query[name]) || query[name] < 0)
      throw badQuery(`its ${name} is not a whole number from 0`)
  }
  if (query.order === 'certainty' && query.filter !== 'proposals')
    throw badQuery('only images with proposals have an order of certainty')
  const isByCertainty = query.order === 'certainty'
  const rows = prepared(database, isByCertainty ? pageByCertainty(database) : pageStatement(query.filter)).all({
    offset: query.offset,
    limit: query.limit
  }) as Row[]
  return { total: readTally(database)[filters[query.filter].total], items: rows.map(listItem) }
}

const badQuery = (what: string): AppError =>
  new AppError('store/bad-query', `The images cannot be listed: ${what}.`, {
    nextStep: 'Report this as a mistake of the app.'
  })

function listItem(row: Row): ImageListItem {
  const proposalCount = Number(row['proposal_count'])
  return {
    image: usableImage(row),
    // What is drawn: rejected regions stay as data but do not count.
    regionCount: Number(row['accepted_count']) + proposalCount,
    proposalCount,
    leastConfidence: row['least_confidence'] === undefined ? null : (row['least_confidence'] as number | null),
    turnCount: Number(row['turn_count']),
    done: row['done'] === 1
  }
}

export function imageSeq(database: Database, id: ImageId): number | null {
  return (prepared(database, 'SELECT seq FROM image WHERE id = ?').pluck().get(id) as number | undefined) ?? null
}

export function getImage(database: Database, id: ImageId): ImageRecord | null {
  const row = prepared(database, 'SELECT * FROM image WHERE id = ?').get(id) as Row | undefined
  return row ? usableImage(row) : null
}

const writable = [
  'content_hash',
  'size_bytes',
  'width_px',
  'height_px',
  'orientation',
  'status',
  'status_reason'
] as const

export function columnsOf(image: Omit<ImageRecord, 'id'>): Row {
  return {
    relative_path: image.relativePath,
    content_hash: image.contentHash,
    size_bytes: image.sizeBytes,
    width_px: image.size?.width ?? null,
    height_px: image.size?.height ?? null,
    orientation: image.orientation,
    status: image.status,
    status_reason: image.statusReason
  }
}

/**
 * Takes over what a scan found. A path that is new but whose content hash belongs to exactly one
 * image that the scan did not find is that image, moved (B6): it keeps its id and labels. A hash
 * once known is kept when the scan did not compute one and the size is the same.
 */
export function registerImages(
  database: Database,
  images: readonly Omit<ImageRecord, 'id'>[]
): { added: number; updated: number; missing: number } {
  const listed = new Set<string>()
  for (const image of images) {
    const problem = imageProblem(image) ?? (listed.has(image.relativePath) ? 'is listed twice' : null)
    if (problem) {
      throw new AppError(
        'store/invalid-image',
        `The image ${JSON.stringify(image?.relativePath)} was not registered: ${problem}.`,
        {
          nextStep: 'Scan the folder again; if it happens once more, report it with this message.'
        }
      )
    }
    listed.add(image.relativePath)
  }
  const insert = prepared(
    database,
    `INSERT INTO image (id, relative_path, ${writable.join(', ')}, checksum)
     VALUES (:id, :relative_path, ${writable.map((name) => `:${name}`).join(', ')}, :checksum)`
  )
  const gone = goneByContent(database, listed)
  const totals = new TallySum()
  let added = 0
  let updated = 0
  for (const image of images) {
    const columns = columnsOf(image)
    const row = findRow(database, image, gone)
    if (!row) {
      insert.run({ ...columns, id: randomUUID(), checksum: emptyChecksum })
      totals.add(membershipOf({ ...columns, done: 0, proposal_count: 0 }))
      added += 1
    } else if (updateImage(database, row, withKnownHash(columns, row), totals)) updated += 1
  }
  const missing = markMissing(database, listed, totals)
  totals.write(database)
  return { added, updated, missing }
}

function withKnownHash(columns: Row, row: Row): Row {
  const keep = columns['content_hash'] === null && columns['size_bytes'] === row['size_bytes']
  return keep ? { ...columns, content_hash: row['content_hash'] } : columns
}

/** Images the scan did not find, by content hash. Made once: looking them up per image is quadratic when many files are equal. */
function goneByContent(database: Database, listed: ReadonlySet<string>): Map<string, number[]> {
  const gone = new Map<string, number[]>()
  const rows = prepared(database, 'SELECT seq, relative_path, content_hash FROM image WHERE content_hash IS NOT NULL')
  for (const row of rows.iterate() as Iterable<Row>) {
    if (listed.has(String(row['relative_path']))) continue
    const hash = String(row['content_hash'])
    const same = gone.get(hash)
    if (same === undefined) gone.set(hash, [Number(row['seq'])])
    else same.push(Number(row['seq']))
  }
  return gone
}

function findRow(database: Database, image: Omit<ImageRecord, 'id'>, gone: Map<string, number[]>): Row | null {
  const byPath = prepared(database, 'SELECT * FROM image WHERE relative_path = ?').get(image.relativePath) as
    Row | undefined
  if (byPath) return byPath
  const moved = image.contentHash === null ? undefined : gone.get(image.contentHash)
  if (image.contentHash === null || moved?.length !== 1) return null
  gone.delete(image.contentHash)
  return prepared(database, 'SELECT * FROM image WHERE seq = ?').get(moved[0]) as Row
}

function updateImage(database: Database, row: Row, columns: Row, totals: TallySum): boolean {
  const names = ['relative_path', ...writable] as const
  if (names.every((name) => row[name] === columns[name])) return false
  prepared(database, `UPDATE image SET ${names.map((name) => `${name} = :${name}`).join(', ')} WHERE seq = :seq`).run({
    ...columns,
    seq: row['seq']
  })
  totals.add(minus(membershipOf({ ...row, ...columns }), membershipOf(row)))
  return true
}

/** Returns how many images the scan did not find, newly or still. */
function markMissing(database: Database, listed: ReadonlySet<string>, totals: TallySum): number {
  let missing = 0
  const gone: Row[] = []
  for (const row of prepared(database, 'SELECT seq, relative_path, status FROM image').iterate() as Iterable<Row>) {
    if (listed.has(String(row['relative_path']))) continue
    missing += 1
    if (row['status'] !== 'missing') gone.push(row)
  }
  for (const { seq } of gone) {
    const row = prepared(database, 'SELECT * FROM image WHERE seq = ?').get(seq) as Row
    const reason = 'The file was not there when the image folder was last read.'
    updateImage(database, row, { ...row, status: 'missing', status_reason: reason }, totals)
  }
  return missing
}
