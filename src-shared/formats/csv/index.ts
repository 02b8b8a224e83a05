/** @file CSV tables of boxes. Columns that are read and written: layout.ts. */
import type { Format } from '../format'
import { BOXES_WITH_WORDS } from '../keeps'
import { readCsv, recogniseCsv } from './read'
import { CSV_FILE, writeCsv } from './write'

export const csvBoxes: Format = {
  info: {
    id: 'csv',
    name: 'CSV',
    fileName: CSV_FILE,
    fileNames: [CSV_FILE],
    limits: [
      'A row for each box: filename, width, height, class, xmin, ymin, xmax, ymax (pixels, edges from 0), phrase, confidence, state, origin, attributes as JSON.',
      'Boxes only: of other regions the box around them is written, and that is said.',
      "Cells that a spreadsheet would run get a ' before them, which Eyrie takes away again.",
      'The order of classes, colours and dialogues are left out.'
    ],
    takesDialect: false,
    keeps: BOXES_WITH_WORDS
  },
  reader: { recognise: recogniseCsv, read: readCsv },
  encode: writeCsv
}
