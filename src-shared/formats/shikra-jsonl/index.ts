/** @file Shikra's training data: all its task layouts are read, expressions and dialogues are written. */
import type { Format } from '../format'
import { recogniseShikra, readShikra } from './read'
import { DIALOGUE_FILE, REC_FILE, writeShikra } from './write'

export const shikraJsonl: Format = {
  info: {
    id: 'shikra-jsonl',
    name: 'Shikra JSONL',
    fileName: REC_FILE,
    fileNames: [REC_FILE, DIALOGUE_FILE],
    limits: [
      'Two files: boxes with a phrase (shikra-rec.jsonl) and dialogues (shikra-dialogues.jsonl).',
      'Regions that no turn names need a box and a phrase; others, and labels, are left out; the former are counted.',
      'Coordinates are exact pixels of the upright, unpadded image and may lie outside it.',
      'Questions and answers leave in pairs; partial, failed and unreviewed answers are left out and counted.',
      'Read: REC, REG, captions, Flickr30k spotting, PointQA, V7W pointing, VCR, GPT-generated, GQA, CLEVR, VQAv2, VQA-X, VQA-E, POPE and dialogues. Scene graphs, programs and wrong choices are not kept; an explanation follows its answer on a line of its own.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box', 'point'],
      otherShapes: 'box',
      regions: ['phrased-boxes', 'in-dialogues'],
      images: 'with-content',
      labels: 'none',
      phrases: true,
      states: false,
      confidences: false,
      attributes: false,
      dialogues: 'grounded',
      relations: false,
      resolution: 'exact'
    }
  },
  reader: { recognise: recogniseShikra, read: readShikra },
  encode: writeShikra
}
