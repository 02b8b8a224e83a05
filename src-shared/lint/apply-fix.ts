/** @file A fix that a person accepted, as one transaction. Pure. */
import { Edit, turnOf } from '../document/edit'
import type { EditContext } from '../document/edit'
import type { ImageDocument, RegionRecord } from '../document/records'
import { correctProposal, deleteRegion, updateRegion } from '../document/region-edits'
import { linkPhrase, unlinkPhrase } from '../document/turn-edits'
import type { Transaction } from '../document/transaction'
import { text } from '../grounded/build'
import { normalizeNodes, withoutPositions } from '../grounded/normalize'
import { nodeAt, replaceNodeAt } from '../grounded/visit'
import type { LintFix } from './finding'

/** Merging labels is about every image, so it is no step of one. */
export type DocumentFix = Exclude<LintFix, { kind: 'merge-label' }>

export const isDocumentFix = (fix: LintFix | null): fix is DocumentFix => fix !== null && fix.kind !== 'merge-label'

function rewritten(
  document: ImageDocument,
  { turnId, path, text: value }: Extract<LintFix, { kind: 'rewrite' }>,
  context: EditContext
): Transaction | null {
  const turn = turnOf(document, turnId)
  if (turn === undefined || nodeAt(turn.children, path)?.type !== 'text') return null
  const replacement = value === '' ? [] : [text(value)]
  const edit = new Edit()
  const children = withoutPositions(normalizeNodes(replaceNodeAt(turn.children, path, replacement)))
  edit.set('turn', turn.id, turn, { ...turn, children })
  return edit.finish('turn.rewrite', document.image.id, context)
}

/** null: what it was about is no longer so. `wordsOf`: what stands for a deleted region that was used as a word. */
export function fixTransaction(
  document: ImageDocument,
  fix: DocumentFix,
  context: EditContext,
  wordsOf?: (region: RegionRecord) => string
): Transaction | null {
  switch (fix.kind) {
    case 'delete-region':
      return deleteRegion(document, [fix.regionId], context, wordsOf)
    case 'replace-shape':
      return (
        correctProposal(document, fix.regionId, fix.shape, context) ??
        updateRegion(document, fix.regionId, { shape: fix.shape }, context)
      )
    case 'link': {
      const { turnId, path, start, end, regionIds } = fix
      return linkPhrase(document, { turnId, path, range: { start, end } }, regionIds, context)
    }
    case 'relink': {
      const { turnId, path, regionIds } = fix
      const turn = turnOf(document, turnId)
      const node = turn === undefined ? null : nodeAt(turn.children, path)
      if (node?.type !== 'phrase' && node?.type !== 'mention') return null
      const gone = node.regionIds.filter((id) => !regionIds.includes(id))
      return gone.length === 0 ? null : unlinkPhrase(document, { turnId, path }, gone, context)
    }
    case 'rewrite':
      return rewritten(document, fix, context)
  }
}
