import { CircleCheck, Info, TriangleAlert, Undo2 } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import type { ImportReport as Report, SkippedGroup } from '../../../src-shared/formats/reading/report'
import type { ImportFormatInfo } from '../../../src-shared/ipc/contract'
import { formatCount } from '../../app/state/format'
import { useLanguage, useT } from '../../i18n/translate'
import { shapeName } from '../export/reasons'
import type { ShapeName } from '../export/reasons'
import { changesProject, doneLine, nothingLine, regionCount } from './import-outcome'
import { isGrave, issueTitle } from './issue-title'

/** What a dry run found, or what an import did. */
export function ImportReport({
  report,
  formats,
  options,
  isUndone
}: {
  readonly report: Report
  readonly formats: readonly ImportFormatInfo[]
  /** What can still be said otherwise; null: it is done. */
  readonly options: ReactNode
  readonly isUndone: boolean
}): ReactElement {
  const t = useT()
  const language = useLanguage()
  const { counts, labels } = report
  const regions = regionCount(counts)
  const isNothing = !changesProject(report)
  const nothing = report.written ? null : nothingLine(t, report)
  const kinds = Object.entries(counts.regions).map(
    ([kind, count]) => `${shapeName(t, kind as ShapeName)} ${formatCount(count, language)}`
  )
  const nameOf = (id: string): string => formats.find((known) => known.id === id)?.name ?? id
  return (
    <div className="import-report" data-testid="import-report" data-written={report.written}>
      {report.written ? (
        <p
          className="export-done"
          data-undone={isUndone}
          data-nothing={isNothing}
          role="status"
          data-testid="import-done"
        >
          {isUndone ? <Undo2 size={18} /> : isNothing ? <Info size={18} /> : <CircleCheck size={18} />}
          {isUndone ? t('import.undone') : doneLine(t, report)}
        </p>
      ) : null}
      <p className="import-format">
        <strong data-testid="import-format">{nameOf(report.format)}</strong>{' '}
        {/* Readers give their reason in English only. */}
        {language === 'en' ? <span>{report.because}</span> : <span title={report.because}>{t('import.because')}</span>}
      </p>
      {options}
      {nothing === null ? null : (
        <p className="import-nothing" role="status" data-testid="import-nothing">
          <Info size={16} />
          {nothing}
        </p>
      )}
      <Warnings groups={report.doubts} />
      <dl className="export-counts">
        <Count name="images" value={counts.images} note={newOf(counts.imagesAdded)} />
        <Count name="regions" value={regions} note={kinds.join(', ')} />
        <Count name="labels" value={labels.length} note={newOf(counts.labelsAdded)} />
        <Count name="dialogues" value={counts.dialogues} note="" />
        <Count name="turns" value={counts.turns} note="" />
      </dl>
      <ul className="import-facts">
        {fact(counts.duplicateRegions, 'import.duplicateRegions')}
        {fact(counts.duplicateDialogues, 'import.duplicateDialogues')}
        {fact(counts.done, 'import.markedDone')}
        {fact(counts.regionsOutside, 'import.outside')}
        {fact(counts.regionsWithoutArea, 'import.withoutArea')}
      </ul>
      {labels.length > 0 ? (
        <details className="import-labels">
          <summary>{t('import.labelList', { count: labels.length })}</summary>
          <ul>
            {labels.map(({ name, regions: count, isNew }) => (
              <li key={name}>
                <span className="truncate">{name}</span> <span className="numeric">{count}</span>
                {isNew ? <span className="tag">{t('import.new')}</span> : null}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      <Issues title={t('import.skipped')} icon={<TriangleAlert size={14} />} groups={report.skipped} />
      <Issues title={t('import.doubts')} icon={<TriangleAlert size={14} />} groups={report.doubts} />
      <Issues title={t('import.notes')} icon={<Info size={14} />} groups={report.notes} />
    </div>
  )

  function newOf(count: number): string {
    return count > 0 ? t('import.newOf', { count }) : ''
  }

  function fact(
    count: number,
    key:
      | 'import.duplicateRegions'
      | 'import.duplicateDialogues'
      | 'import.markedDone'
      | 'import.outside'
      | 'import.withoutArea'
  ): ReactElement | null {
    return count === 0 ? null : <li>{t(key, { count })}</li>
  }
}

function Count({
  name,
  value,
  note
}: {
  readonly name: 'images' | 'regions' | 'labels' | 'dialogues' | 'turns'
  readonly value: number
  readonly note: string
}): ReactElement {
  const t = useT()
  const language = useLanguage()
  return (
    <div>
      <dd className="numeric" data-testid={`import-count-${name}`}>
        {formatCount(value, language)}
      </dd>
      <dt>
        {t(`import.count.${name}`, { count: value })}
        {note === '' ? null : <span className="check-note">{note}</span>}
      </dt>
    </div>
  )
}

/** Scale, order and classes: what makes every label of a file wrong when it is not what it seems. */
function Warnings({ groups }: { readonly groups: readonly SkippedGroup[] }): ReactElement | null {
  const t = useT()
  const grave = groups.filter(({ code }) => isGrave(code))
  if (grave.length === 0) return null
  return (
    <div className="import-warning" role="alert" data-testid="import-warning">
      <TriangleAlert size={18} />
      <div>
        <strong>{t('import.warning')}</strong>
        <ul>
          {grave.map(({ code, count, examples }) => (
            <li key={code}>
              {issueTitle(t, code)} <span className="numeric count">{count}</span>
              {examples[0] === undefined ? null : (
                <span className="check-note" lang="en">
                  {examples[0].message}
                </span>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

function Issues({
  title,
  icon,
  groups
}: {
  readonly title: string
  readonly icon: ReactNode
  readonly groups: readonly SkippedGroup[]
}): ReactElement | null {
  const t = useT()
  if (groups.length === 0) return null
  return (
    <section className="import-issues">
      <h3>
        {icon}
        {title}
      </h3>
      {groups.map(({ code, count, examples }) => (
        <details key={code} className="import-issue" data-testid={`import-issue-${code}`}>
          <summary>
            {issueTitle(t, code)} <span className="numeric count">{count}</span>
          </summary>
          <ul>
            {examples.map(({ file, line, record, message }) => (
              <li key={`${file} ${line} ${record} ${message}`}>
                <span className="mono">
                  {[file, line === null ? '' : t('import.line', { line }), record ?? ''].filter(Boolean).join(' · ')}
                </span>{' '}
                {message}
              </li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  )
}
