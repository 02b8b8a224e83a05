/**
 * @file ScienceQA as LaVIN takes it (luogen1996/LaVIN README.md, util/base_prompt.py): `problems.json`, an object of
 * problems by id, and `pid_splits.json`. The image of problem 5 of the split `train` is `images/train/5/image.png`.
 */
import type { Format } from '../format'
import { readScienceQa, recogniseScienceQa } from './read'
import { PROBLEMS_FILE, SPLITS_FILE, writeScienceQa } from './write'

export const scienceQa: Format = {
  info: {
    id: 'science-qa',
    name: 'ScienceQA (LaVIN)',
    fileName: PROBLEMS_FILE,
    fileNames: [PROBLEMS_FILE, SPLITS_FILE],
    limits: [
      'Words only: regions, links to them, captions and relations are left out; regions are counted.',
      'Each exchange is a problem, and comes back as a dialogue of its own: one with “Options: (A) …” and “The answer is A.” has these choices, any other has its answer as the only one.',
      'LaVIN looks for an image at images/split/id/image.png: copy your images there under the ids of pid_splits.json; “image” has the path in the project, which is what is read again.',
      'Read: problems without an image are skipped and said; lecture, solution, grade and subject are not kept.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box'],
      regions: [],
      images: 'with-content',
      labels: 'none',
      phrases: false,
      states: false,
      confidences: false,
      attributes: false,
      dialogues: 'words',
      exchanges: 'apart',
      relations: false,
      resolution: 'exact'
    }
  },
  reader: { recognise: recogniseScienceQa, read: readScienceQa },
  encode: writeScienceQa
}
