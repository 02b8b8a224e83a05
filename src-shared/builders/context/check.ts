/** @file A model's dialogue against the image's regions, by the linter's rules: what is found false is not used. */
import { applyToDocument } from '../../document/apply'
import type { ImageDocument, LabelRecord } from '../../document/records'
import { createLinter } from '../../lint/lint'
import type { LintFinding } from '../../lint/finding'
import { changesOf } from '../build'
import type { BuiltDialogue } from '../build'

/** Warnings that are certain enough to leave an answer of a model out. */
const ALSO = new Set([
  'count-contradicts-regions',
  'coordinates-in-words',
  'placeholder-in-words',
  'answer-cut-off',
  'languages-mixed'
])

/** What contradicts the regions, or spoils the text; empty: the dialogue may be used. */
export function findingsAgainst(
  document: ImageDocument,
  labels: readonly LabelRecord[],
  dialogue: BuiltDialogue
): readonly LintFinding[] {
  const bare = { ...document, dialogues: [], turns: [] }
  const { changes } = changesOf(bare, [dialogue], 0)
  const applied = applyToDocument(bare, { imageId: document.image.id, changes })
  if (!applied.ok) return []
  const turnIds = new Set(applied.value.turns.map(({ id }) => id))
  return createLinter(labels)
    .document(applied.value)
    .filter(({ severity, rule, turnId }) => {
      const isOwn = turnId !== undefined && turnIds.has(turnId)
      return isOwn && (severity === 'error' || ALSO.has(rule))
    })
}
