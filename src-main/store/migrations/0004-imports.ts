/**
 * @file Points of outlines as bytes, which takes a third of the time and half of the room that their spelling does; and
 * imports as one step of the journal (ADR 0008): the entry of an import has no changes of its own, it names
 * the records it made by the beginning of their ids. They are stored once: as records, or, while the import is
 * undone, as parts of this journal.
 */
import type { Migration } from './migration'

export const imports: Migration = {
  version: 4,
  sql: `
-- Points of quads, polygons, polylines and multipolygons, x and y in turn as little-endian 64-bit floats; shape_json then
-- has the number of points of each ring. null: shape_json has the points too, as rows of earlier formats do.
ALTER TABLE region ADD COLUMN shape_points BLOB;

-- What the journal entry of an import made. Such an entry is an edit whose list of changes is empty.
CREATE TABLE import_entry (
  journal_seq INTEGER PRIMARY KEY REFERENCES journal (seq),
  -- of the ids of all its labels, regions, dialogues, turns and relations, and of no others
  id_prefix TEXT NOT NULL UNIQUE,
  -- numbers of the images that it marked as done
  reviewed_json TEXT NOT NULL,
  -- how many records it made, marks not counted, and the sum modulo 2^128 of their hashes
  record_count INTEGER NOT NULL,
  checksum BLOB NOT NULL
) STRICT;

-- The records of an import that is undone: [["region", {…}], …]. No row while it is in force.
CREATE TABLE import_part (
  journal_seq INTEGER NOT NULL REFERENCES import_entry (journal_seq),
  part INTEGER NOT NULL,
  records_json TEXT NOT NULL,
  PRIMARY KEY (journal_seq, part)
) STRICT;
`
}
