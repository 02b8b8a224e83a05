/** @file What formats keep whose regions are spelled in the text of dialogues: as much as the chosen dialect does. */
import type { FormatKeeps } from '../../keeps'

export const TEXT_KEEPS: FormatKeeps = {
  shapes: ['box', 'point'],
  otherShapes: 'box',
  regions: ['in-dialogues'],
  images: 'with-content',
  labels: 'none',
  phrases: false,
  states: false,
  confidences: false,
  attributes: false,
  dialogues: 'grounded',
  relations: false,
  resolution: 'dialect',
  outside: 'clipped'
}

export const TEXT_LIMITS: readonly string[] = [
  'Dialogues only: regions that no turn names are left out and counted.',
  'Coordinates have the precision of the chosen dialect, and are cut at its borders.',
  'Questions and answers leave in pairs; partial, failed and unreviewed answers are left out and counted.'
]
