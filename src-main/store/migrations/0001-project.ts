/**
 * @file First schema of a project file. Never edited after a release: the next change is 0002.
 *
 * Records carry the id their makers gave (`id`, text) and a small integer (`seq`) that everything
 * inside the file points with. Units are in the names. Columns under "derived" repeat what other
 * rows say, are kept in the same transaction as those, and are compared with them by `check`.
 */
import type { Migration } from './migration'

export const project: Migration = {
  version: 1,
  sql: `
CREATE TABLE project (
  seq INTEGER PRIMARY KEY CHECK (seq = 1),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- 'below': image_root is relative to the folder of the project file, so that both can be moved together.
  image_root_kind TEXT NOT NULL CHECK (image_root_kind IN ('below', 'absolute')),
  image_root TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  -- derived: sum of the checksums of all labels
  label_checksum BLOB NOT NULL
) STRICT;

-- Who may write. One row while a session is open; a row of a dead process tells of an unclean end.
CREATE TABLE writer (
  seq INTEGER PRIMARY KEY CHECK (seq = 1),
  token TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process_started TEXT NOT NULL,
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  opened_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE image (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  relative_path TEXT NOT NULL UNIQUE,
  content_hash TEXT,
  size_bytes INTEGER NOT NULL,
  width_px INTEGER,
  height_px INTEGER,
  orientation INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('ok', 'missing', 'unreadable')),
  status_reason TEXT,
  -- derived
  accepted_count INTEGER NOT NULL DEFAULT 0,
  proposal_count INTEGER NOT NULL DEFAULT 0,
  rejected_count INTEGER NOT NULL DEFAULT 0,
  turn_count INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
  -- sum modulo 2^128 of the hashes of its regions, dialogues, turns and review
  checksum BLOB NOT NULL
) STRICT;
CREATE INDEX image_by_content ON image (content_hash) WHERE content_hash IS NOT NULL;
CREATE INDEX image_todo ON image (seq) WHERE done = 0 AND status = 'ok';
CREATE INDEX image_done ON image (seq) WHERE done = 1;
-- The second column lets the condition be checked in the index alone.
CREATE INDEX image_proposals ON image (seq, proposal_count) WHERE proposal_count > 0;
CREATE INDEX image_problems ON image (seq, status) WHERE status <> 'ok';
CREATE INDEX image_annotated ON image (seq)
  WHERE accepted_count + proposal_count + rejected_count + turn_count > 0;

-- derived: totals over all images
CREATE TABLE tally (
  seq INTEGER PRIMARY KEY CHECK (seq = 1),
  images INTEGER NOT NULL,
  todo INTEGER NOT NULL,
  done INTEGER NOT NULL,
  with_proposals INTEGER NOT NULL,
  problems INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  proposals INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  turns INTEGER NOT NULL
) STRICT;

CREATE TABLE label (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  colour TEXT NOT NULL,
  sort_order REAL NOT NULL
) STRICT;

CREATE TABLE region (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  image_seq INTEGER NOT NULL REFERENCES image (seq),
  label_seq INTEGER REFERENCES label (seq),
  shape_type TEXT NOT NULL CHECK (shape_type IN ('box', 'point')),
  -- normalized; a point has x0 = x1 and y0 = y1
  x0 REAL NOT NULL,
  y0 REAL NOT NULL,
  x1 REAL NOT NULL,
  y1 REAL NOT NULL,
  -- what the bounds do not say of the shape; null for boxes and points
  shape_json TEXT,
  phrase TEXT,
  state TEXT NOT NULL CHECK (state IN ('accepted', 'proposed', 'corrected', 'rejected')),
  original_json TEXT,
  confidence REAL,
  origin TEXT NOT NULL CHECK (origin IN ('human', 'model', 'import', 'rule')),
  -- provenance other than its origin; null when there is none
  provenance_json TEXT,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX region_by_image ON region (image_seq);
CREATE INDEX region_by_label ON region (label_seq, image_seq) WHERE label_seq IS NOT NULL;

CREATE TABLE dialogue (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  image_seq INTEGER NOT NULL REFERENCES image (seq),
  title TEXT,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX dialogue_by_image ON dialogue (image_seq);

CREATE TABLE turn (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  dialogue_seq INTEGER NOT NULL REFERENCES dialogue (seq),
  image_seq INTEGER NOT NULL REFERENCES image (seq),
  turn_order INTEGER NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  children_json TEXT NOT NULL,
  raw_text TEXT,
  status TEXT NOT NULL CHECK (status IN ('complete', 'partial', 'failed')),
  status_reason TEXT,
  origin TEXT NOT NULL CHECK (origin IN ('human', 'model', 'import', 'rule')),
  provenance_json TEXT,
  timings_json TEXT,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX turn_by_dialogue ON turn (dialogue_seq, turn_order);
CREATE INDEX turn_by_image ON turn (image_seq);

-- derived from the trees of the turns. A region may be gone while words still name it, so no reference.
CREATE TABLE link (
  turn_seq INTEGER NOT NULL REFERENCES turn (seq) ON DELETE CASCADE,
  -- indexes of children from the root, '0.2'
  node_path TEXT NOT NULL,
  region_id TEXT NOT NULL,
  PRIMARY KEY (turn_seq, node_path, region_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_by_region ON link (region_id);

-- No row means the same as done = 0.
CREATE TABLE review (
  image_seq INTEGER PRIMARY KEY REFERENCES image (seq),
  done INTEGER NOT NULL CHECK (done IN (0, 1))
) STRICT;

-- Append-only: every change of the project in order, and by that the trash of deleted records.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  transaction_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo')),
  -- the edit that was undone or redone
  target_seq INTEGER REFERENCES journal (seq),
  label TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('human', 'model', 'import', 'rule')),
  image_seq INTEGER REFERENCES image (seq),
  -- changes of an edit; null for undo and redo, which have those of their target
  changes_json TEXT,
  created_at_ms INTEGER NOT NULL,
  CHECK ((kind = 'edit') = (target_seq IS NULL)),
  CHECK ((kind = 'edit') = (changes_json IS NOT NULL))
) STRICT;

-- Edits that undo and redo can reach. A new edit removes the undone ones; the journal keeps them.
CREATE TABLE undo_entry (
  journal_seq INTEGER PRIMARY KEY REFERENCES journal (seq),
  state TEXT NOT NULL CHECK (state IN ('done', 'undone'))
) STRICT;
CREATE INDEX undo_entry_undone ON undo_entry (journal_seq) WHERE state = 'undone';
`
}
