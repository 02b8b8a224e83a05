/**
 * @file Every shape that formats have, and attributes of regions. SQLite cannot change a CHECK in place, so
 * the table is made again with the rows it had; nothing refers to it by number.
 */
import type { Migration } from './migration'

export const shapes: Migration = {
  version: 2,
  sql: `
CREATE TABLE region_with_shapes (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  image_seq INTEGER NOT NULL REFERENCES image (seq),
  label_seq INTEGER REFERENCES label (seq),
  shape_type TEXT NOT NULL CHECK (
    shape_type IN ('box', 'point', 'quad', 'polygon', 'polyline', 'multipolygon', 'mask', 'keypoints')
  ),
  -- normalized bounds; a point has x0 = x1 and y0 = y1
  x0 REAL NOT NULL,
  y0 REAL NOT NULL,
  x1 REAL NOT NULL,
  y1 REAL NOT NULL,
  -- what the bounds do not say of the shape (shape-columns.ts); null for boxes and points
  shape_json TEXT,
  phrase TEXT,
  state TEXT NOT NULL CHECK (state IN ('accepted', 'proposed', 'corrected', 'rejected')),
  original_json TEXT,
  confidence REAL,
  origin TEXT NOT NULL CHECK (origin IN ('human', 'model', 'import', 'rule')),
  -- provenance other than its origin; null when there is none
  provenance_json TEXT,
  -- names and scalars that a format keeps beside a region; null when there are none
  attributes_json TEXT,
  created_at_ms INTEGER NOT NULL,
  CHECK ((shape_type IN ('box', 'point')) = (shape_json IS NULL))
) STRICT;
INSERT INTO region_with_shapes (
  seq, id, image_seq, label_seq, shape_type, x0, y0, x1, y1, phrase, state, original_json, confidence, origin,
  provenance_json, created_at_ms
)
SELECT
  seq, id, image_seq, label_seq, shape_type, x0, y0, x1, y1, phrase, state, original_json, confidence, origin,
  provenance_json, created_at_ms
FROM region ORDER BY seq;
DROP TABLE region;
ALTER TABLE region_with_shapes RENAME TO region;
CREATE INDEX region_by_image ON region (image_seq);
CREATE INDEX region_by_label ON region (label_seq, image_seq) WHERE label_seq IS NOT NULL;
`
}
