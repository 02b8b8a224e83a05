/**
 * @file Facts of Kosmos-2 in its two spellings. Sources: microsoft/unilm kosmos-2/demo/decode_string.py;
 * huggingface/transformers src/transformers/models/kosmos2/processing_kosmos2.py; paper arXiv:2306.14824.
 *
 *     released   <phrase>a snowman</phrase><object><patch_index_0044><patch_index_0863></object>
 *     paper      <p> a snowman </p><box><loc44><loc863></box>
 */
import type { DialectPage, DialectProfile } from '../dialect'

/** Cells on a side of the grid; an index is row · 32 + column. */
export const CELLS = 32
export const LAST_INDEX = CELLS * CELLS - 1

export type Kosmos2Spelling = 'released' | 'paper'

const WRITES =
  'The picture has 32 × 32 cells. The upper left corner is the cell it lies in, ⌊x·32⌋ and ⌊y·32⌋; the lower right one ⌈x·32 − 1⌉ and ⌈y·32 − 1⌉, so that an edge on a line of the grid belongs to the cell before it. A box without width or height is its cell.'
const READS =
  'From the centre of the first cell to the centre of the second; when both lie in one row or in one column, the whole cells.'
const NOTES = [
  'Reading what was written is not the identity: the whole picture is written as cells 0 and 1023 and read as 1/64 to 63/64.',
  'Only a phrase right before a region is its phrase.',
  'Strict reading takes cells in any order, and indexes above 1023, as the released decoder does: boxes may be reversed or lie below the picture.',
  '`<grounding>` and the marks around an image are kept as marks; like the released decoder, they are no words. Other tags stay words, where the decoder drops them from the caption.',
  'The released spelling has the space before a phrase inside its mark. In the tree it stands before the phrase, and so it is written; tokenizers take spaces before a mark away.'
]

const PAGES: Readonly<Record<Kosmos2Spelling, DialectPage>> = {
  released: {
    examples: [
      [
        '<phrase>a snowman</phrase><object><patch_index_0044><patch_index_0863></object>',
        'words and a box: row 1, column 12 to row 26, column 31'
      ],
      [
        '<phrase>Two puppies</phrase><object><patch_index_0079><patch_index_1016></delimiter_of_multi_objects/><patch_index_0135><patch_index_1008></object>',
        'regions of one phrase have a delimiter between them'
      ],
      ['<object><patch_index_0003><patch_index_0004></object>', 'a region used as a word']
    ],
    writes: WRITES,
    reads: READS,
    strict:
      'A phrase without `<`, then an object of pairs of indexes with the delimiter between them, and no space around any. An index may have any number of digits. One bad index, and the whole object is no object; a phrase that the pattern refuses leaves its object without one.',
    notes: [...NOTES, 'The model often writes a space after `<phrase>`; phrases are read without it.']
  },
  paper: {
    examples: [
      ['<p> It </p><box><loc44><loc863></box>', 'words and a box'],
      ['<p> cats </p><box><loc3><loc4><delim><loc5><loc6></box>', 'regions of one phrase have a delimiter between them']
    ],
    writes: WRITES,
    reads: READS,
    strict: 'As the released spelling, with the tags of the paper.',
    notes: NOTES,
    unverified: ['No released code reads or writes this spelling; it is read by the rules of the released one.']
  }
}

const profileOf = (spelling: Kosmos2Spelling, id: string, name: string, source: string): DialectProfile => ({
  id,
  name,
  space: 'original',
  step: 1 / CELLS,
  worstErrorSteps: 1,
  kinds: ['box'],
  phraseMarks: 'explicit',
  stopTokens: ['</s>', '<pad>'],
  page: PAGES[spelling],
  source
})

export const KOSMOS2_PROFILES: Readonly<Record<Kosmos2Spelling, DialectProfile>> = {
  released: profileOf('released', 'kosmos-2', 'Kosmos-2', 'microsoft/unilm:kosmos-2/demo/decode_string.py'),
  paper: profileOf('paper', 'kosmos-2-paper', 'Kosmos-2 (spelling of the paper)', 'arXiv:2306.14824')
}
