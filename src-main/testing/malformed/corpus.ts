/** @file The corpus: every example with every damage. */
import type { Damaged, Expectation } from './damage'
import { ANNOTATION_EXAMPLES } from './examples-annotation'
import { DIALOGUE_EXAMPLES } from './examples-dialogue'
import { GROUNDING_EXAMPLES } from './examples-grounding'
import type { Example } from './example'
import { boxDamages, fieldDamages } from './field-damages'
import { fileDamages } from './file-damages'
import { rowDamages, treeDamages, xmlDamages } from './tree-damages'

export const EXAMPLES: readonly Example[] = [...ANNOTATION_EXAMPLES, ...GROUNDING_EXAMPLES, ...DIALOGUE_EXAMPLES]

export function* damagesOf(example: Example): Generator<Damaged> {
  for (const damages of [fileDamages, boxDamages, fieldDamages, treeDamages, xmlDamages, rowDamages])
    for (const damaged of damages(example)) yield { ...damaged, expectation: expectationOf(example, damaged) }
}

function expectationOf({ format }: Example, { name, expectation }: Damaged): Expectation {
  if (expectation !== 'less') return expectation
  // Captions in lines are words, whatever they say.
  if (name.startsWith('Sentences/')) return 'other'
  if (!format.startsWith('yolo-') || !name.startsWith('labels/')) return expectation
  // Nothing ends a row of numbers but its end; a row of another length is one of another shape, and is doubted.
  return /: (cut off|the last|its head)/.test(name) ? 'other' : 'told'
}
