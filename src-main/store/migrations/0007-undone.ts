/**
 * @file Records of an import that is undone, as rows like those they were (ADR 0008): moving a row takes a tenth of the
 * time that reading, spelling and hashing its record does. What a row points at outside of it is kept by id, since a
 * number may be another one by the time it comes back; images keep theirs. Where `shape_points` and `shape_json` are as
 * in `region`. Parts of earlier formats stay where they are until they are redone.
 */
import type { Migration } from './migration'

export const undone: Migration = {
  version: 7,
  sql: `
-- By image: what the import added to its counts and its checksum (import/image-sums.ts). null: of an earlier format.
ALTER TABLE import_entry ADD COLUMN image_sums BLOB;

CREATE TABLE undone_label (
  seq INTEGER PRIMARY KEY,
  journal_seq INTEGER NOT NULL REFERENCES import_entry (journal_seq),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  colour TEXT NOT NULL,
  sort_order REAL NOT NULL
) STRICT;
CREATE INDEX undone_label_by_entry ON undone_label (journal_seq);

CREATE TABLE undone_region (
  seq INTEGER PRIMARY KEY,
  journal_seq INTEGER NOT NULL REFERENCES import_entry (journal_seq),
  id TEXT NOT NULL,
  image_seq INTEGER NOT NULL REFERENCES image (seq),
  label_id TEXT,
  shape_type TEXT NOT NULL,
  x0 REAL NOT NULL,
  y0 REAL NOT NULL,
  x1 REAL NOT NULL,
  y1 REAL NOT NULL,
  shape_json TEXT,
  phrase TEXT,
  state TEXT NOT NULL,
  original_json TEXT,
  confidence REAL,
  origin TEXT NOT NULL,
  provenance_json TEXT,
  attributes_json TEXT,
  created_at_ms INTEGER NOT NULL,
  shape_points BLOB
) STRICT;
CREATE INDEX undone_region_by_entry ON undone_region (journal_seq);

CREATE TABLE undone_dialogue (
  seq INTEGER PRIMARY KEY,
  journal_seq INTEGER NOT NULL REFERENCES import_entry (journal_seq),
  id TEXT NOT NULL,
  image_seq INTEGER NOT NULL REFERENCES image (seq),
  title TEXT,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX undone_dialogue_by_entry ON undone_dialogue (journal_seq);

CREATE TABLE undone_turn (
  seq INTEGER PRIMARY KEY,
  journal_seq INTEGER NOT NULL REFERENCES import_entry (journal_seq),
  id TEXT NOT NULL,
  dialogue_id TEXT NOT NULL,
  image_seq INTEGER NOT NULL REFERENCES image (seq),
  turn_order INTEGER NOT NULL,
  role TEXT NOT NULL,
  children_json TEXT NOT NULL,
  raw_text TEXT,
  status TEXT NOT NULL,
  status_reason TEXT,
  origin TEXT NOT NULL,
  provenance_json TEXT,
  timings_json TEXT,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX undone_turn_by_entry ON undone_turn (journal_seq);

CREATE TABLE undone_link (
  seq INTEGER PRIMARY KEY,
  journal_seq INTEGER NOT NULL REFERENCES import_entry (journal_seq),
  turn_id TEXT NOT NULL,
  node_path TEXT NOT NULL,
  region_id TEXT NOT NULL
) STRICT;
CREATE INDEX undone_link_by_entry ON undone_link (journal_seq);

CREATE TABLE undone_relation (
  seq INTEGER PRIMARY KEY,
  journal_seq INTEGER NOT NULL REFERENCES import_entry (journal_seq),
  id TEXT NOT NULL,
  image_seq INTEGER NOT NULL REFERENCES image (seq),
  subject_id TEXT NOT NULL,
  predicate TEXT NOT NULL,
  object_id TEXT NOT NULL,
  origin TEXT NOT NULL,
  provenance_json TEXT,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX undone_relation_by_entry ON undone_relation (journal_seq);
`
}
