/** @file One label in the place of another, over all images of a project. */
import { AppError } from '../../src-shared/errors'
import { RECORD_LIMITS } from '../../src-shared/document/limits'
import type { LabelId, RegionRecord } from '../../src-shared/document/records'
import type { Change, Transaction } from '../../src-shared/document/transaction'
import type { ProjectStore } from './ports'

export interface MergedLabel {
  /** Regions that have the other label now, of every state. */
  readonly regions: number
  /** How many steps of the journal hold it: one, unless it is very large. */
  readonly steps: number
}

/**
 * Every region of `labelId` gets `into`, then the label goes. Rejects with `label/gone` when one of them is not there,
 * `store/…`; of several steps those before the failed one stay, and the label is there until the last.
 */
export async function mergeLabel(
  store: Pick<ProjectStore, 'documents' | 'listLabels'>,
  apply: (transaction: Transaction) => Promise<unknown>,
  labelId: LabelId,
  into: LabelId,
  context: { readonly newId: () => string; readonly nowMs: number }
): Promise<MergedLabel> {
  const labels = await store.listLabels()
  const label = labels.find(({ id }) => id === labelId)
  if (label === undefined || label.id === into || !labels.some(({ id }) => id === into))
    throw new AppError('label/gone', 'One of the two labels is not in the project any more.', {
      nextStep: 'Check the project again.'
    })
  let [waiting, regions, steps]: [Change[], number, number] = [[], 0, 0]
  const write = async (): Promise<void> => {
    const changes = waiting
    waiting = []
    const { newId, nowMs } = context
    await apply({ id: newId(), label: 'label.merge', origin: 'human', imageId: null, changes, createdAtMs: nowMs })
    steps++
  }
  const put = async (change: Change): Promise<void> => {
    if (waiting.length >= RECORD_LIMITS.changesPerTransaction) await write()
    waiting.push(change)
  }
  for await (const document of store.documents('annotated')) {
    for (const region of document.regions) {
      if (region.labelId !== labelId) continue
      const after: RegionRecord = { ...region, labelId: into }
      await put({ kind: 'region', id: region.id, before: region, after })
      regions++
    }
  }
  await put({ kind: 'label', id: label.id, before: label, after: null })
  await write()
  return { regions, steps }
}
