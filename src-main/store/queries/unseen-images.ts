/**
 * @file Images that are listed and whose file nobody has opened: `ok`, and without a size. Once opened, a file has a size
 * or is not `ok`.
 */
import type { ImageRecord } from '../../../src-shared/document/records'
import { prepared } from '../database'
import type { Database } from '../database'
import { setImageFacts } from '../import/import-images'
import type { Row } from '../rows'
import { usableImage } from './images'

/** Rows walked through at a time: a few hundredths of a second, and others have their turn. */
const ROWS_AT_A_TIME = 20_000
const IMAGES_AT_A_TIME = 256

export const unseenPage = `SELECT * FROM image WHERE seq > ? AND seq <= ? AND width_px IS NULL AND status = 'ok'
  ORDER BY seq LIMIT ${IMAGES_AT_A_TIME}`

export function unseenImages(
  database: Database,
  from: number
): { readonly images: readonly ImageRecord[]; readonly next: number | null } {
  const last = Number(prepared(database, 'SELECT coalesce(max(seq), 0) FROM image').pluck().get())
  const end = from + ROWS_AT_A_TIME
  const rows = prepared(database, unseenPage).all(from, end) as Row[]
  const next = rows.length === IMAGES_AT_A_TIME ? Number(rows.at(-1)?.['seq']) : end
  return { images: rows.map(usableImage), next: next >= last ? null : next }
}

export function setUnseenFacts(database: Database, image: ImageRecord): void {
  const row = prepared(database, "SELECT 1 FROM image WHERE id = ? AND width_px IS NULL AND status = 'ok'")
  if (row.get(image.id) !== undefined) setImageFacts(database, image)
}
