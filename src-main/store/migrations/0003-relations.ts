/** @file Relations between two regions of one image. */
import type { Migration } from './migration'

/** From this format on there are relations; older files are read without. */
export const RELATIONS_SINCE = 3

export const relations: Migration = {
  version: RELATIONS_SINCE,
  sql: `
CREATE TABLE relation (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  -- the image of both regions
  image_seq INTEGER NOT NULL REFERENCES image (seq),
  subject_seq INTEGER NOT NULL REFERENCES region (seq),
  predicate TEXT NOT NULL,
  object_seq INTEGER NOT NULL REFERENCES region (seq),
  origin TEXT NOT NULL CHECK (origin IN ('human', 'model', 'import', 'rule')),
  -- provenance other than its origin; null when there is none
  provenance_json TEXT,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX relation_by_image ON relation (image_seq);
CREATE INDEX relation_by_subject ON relation (subject_seq);
CREATE INDEX relation_by_object ON relation (object_seq);
`
}
