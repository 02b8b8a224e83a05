/**
 * @file How sure the model is of its least certain open proposal, kept at each image, so that images can be listed in
 * that order without a walk over all regions.
 */
import type { Migration } from './migration'

/** From this format on images have it; of older files it is computed when they are read. */
export const CERTAINTY_SINCE = 6

export const certainty: Migration = {
  version: CERTAINTY_SINCE,
  sql: `
-- derived: the lowest confidence, 0 to 1, among its regions that are proposed; null when none of them has one
ALTER TABLE image ADD COLUMN least_confidence REAL;
CREATE INDEX region_proposed ON region (image_seq, confidence) WHERE state = 'proposed';
UPDATE image SET least_confidence = (
  SELECT min(confidence) FROM region WHERE image_seq = image.seq AND state = 'proposed'
) WHERE proposal_count > 0;
-- The last column lets the condition be checked in the index alone.
CREATE INDEX image_by_certainty ON image (least_confidence, seq, proposal_count) WHERE proposal_count > 0;
`
}
