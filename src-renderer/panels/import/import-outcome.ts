/** @file What an import comes to, in one line. Pure. */
import type { ImportCounts, ImportReport } from '../../../src-shared/formats/reading/report'
import type { Translate } from '../../i18n/translate'

export const regionCount = ({ regions }: ImportCounts): number =>
  Object.values(regions).reduce((sum, count) => sum + count, 0)

/** Whether it makes a step that undo takes back; images that are only added to the list are none. */
export const changesProject = ({ counts }: Pick<ImportReport, 'counts'>): boolean =>
  regionCount(counts) + counts.dialogues + counts.relations + counts.labelsAdded + counts.done > 0

/** Whether an import of what a look found would do anything at all. */
export const doesAnything = (report: Pick<ImportReport, 'counts'>): boolean =>
  changesProject(report) || report.counts.imagesAdded > 0

export function doneLine(t: Translate, report: Pick<ImportReport, 'counts'>): string {
  const { counts } = report
  const regions = regionCount(counts)
  if (!changesProject(report)) return t('import.nothingDone')
  if (regions > 0) return t('import.done', { count: regions })
  return counts.dialogues > 0 ? t('import.doneDialogues', { count: counts.dialogues }) : t('import.doneOther')
}

/** Why there is nothing to import; null when there is something. */
export function nothingLine(t: Translate, report: Pick<ImportReport, 'counts'>): string | null {
  if (doesAnything(report)) return null
  const { counts } = report
  if (counts.duplicateRegions + counts.duplicateDialogues + counts.duplicateRelations > 0) return t('import.nothingNew')
  return t('import.nothingToImport')
}
