/**
 * @file Images by how sure the model is of their least certain open proposal: the lowest confidence first, so that
 * people correct where the model errs most. Images whose proposals have no confidence come last.
 */
import type { Database } from '../database'
import { CERTAINTY_SINCE } from '../migrations/0006-certainty'
import { versionOf } from '../schema'

const lowest = `SELECT min(confidence) FROM region WHERE image_seq = image.seq AND state = 'proposed'`

/** Of an UPDATE of an image that already is, with its regions, as it shall be; `proposalCount` is the parameter with their new number. */
export const leastConfidenceIs = (proposalCount: '?' | ':proposal_count'): string =>
  `least_confidence = CASE WHEN ${proposalCount} > 0 THEN (${lowest}) END`

export const countWrongCertainty = `SELECT count(*) FROM image WHERE least_confidence IS NOT (${lowest})`

const order = 'ORDER BY least_confidence NULLS LAST, seq'

/** The inner query walks the index alone; the page itself is put in order once more. */
export const certaintyPage = `SELECT * FROM image WHERE seq IN (
    SELECT seq FROM image WHERE proposal_count > 0 ${order} LIMIT :limit OFFSET :offset
  ) ${order}`

/** For files that are only read and so stay of an older format: it looks at every proposal. */
const olderPage = `SELECT *, (${lowest}) AS least_confidence FROM image WHERE proposal_count > 0
  ${order} LIMIT :limit OFFSET :offset`

export const pageByCertainty = (database: Database): string =>
  versionOf(database) < CERTAINTY_SINCE ? olderPage : certaintyPage
