import { CircleCheck, FileCheck2, TriangleAlert } from 'lucide-react'
import type { ReactElement } from 'react'
import type { ExportFormatInfo, ExportReport } from '../../../src-shared/ipc/contract'
import { formatBytes, formatCount } from '../../app/state/format'
import { coreSentence } from '../../i18n/core-words'
import { useLanguage, useT } from '../../i18n/translate'
import { Certificate } from './Certificate'
import { skipReason } from './reasons'

const counted = ['images', 'regions', 'dialogues', 'turns', 'records'] as const

/** What was written and read back, with hashes, and what was not, with reasons. */
export function ExportResult({
  report,
  formats
}: {
  readonly report: ExportReport
  readonly formats: readonly ExportFormatInfo[]
}): ReactElement {
  const t = useT()
  const language = useLanguage()
  return (
    <div className="export-result" data-testid="export-result">
      {report.counts.records > 0 ? (
        <p className="export-done">
          <CircleCheck size={18} />
          {t('export.done', { count: report.files.length })}
        </p>
      ) : (
        <div className="export-empty" data-testid="export-empty">
          <p className="export-done">
            <TriangleAlert size={18} />
            {t('export.empty')}
          </p>
          <p>{t('export.emptyNextStep')}</p>
        </div>
      )}
      <dl className="export-counts">
        {counted.map((name) => (
          <div key={name}>
            <dd className="numeric" data-testid={`export-count-${name}`}>
              {formatCount(report.counts[name], language)}
            </dd>
            <dt>{t(`export.count.${name}`, { count: report.counts[name] })}</dt>
          </div>
        ))}
      </dl>
      {report.files.length === 0
        ? null
        : [...new Set(report.certificates.map(({ format }) => format))].map((id) => (
            <Certificate
              key={id}
              name={formats.find((format) => format.id === id)?.name ?? id}
              certificates={report.certificates.filter(({ format }) => format === id)}
            />
          ))}
      <ul className="export-files">
        {report.files.map((file) => (
          <li key={file.displayPath} className="export-file" data-testid="export-file">
            <FileCheck2 size={16} />
            <div>
              <p className="export-file-name">
                {file.fileName} <span className="numeric">{formatBytes(file.sizeBytes)}</span>
              </p>
              <p className="mono export-path">{file.displayPath}</p>
              <p className="mono export-hash">sha256 {file.sha256}</p>
            </div>
          </li>
        ))}
      </ul>
      {report.skipped.length > 0 ? (
        <section>
          <h3>{t('export.skipped')}</h3>
          <ul className="export-skipped">
            {report.skipped.map(({ reason, count }) => (
              <li key={reason}>
                {skipReason(t, reason)} <span className="numeric count">{count}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {report.losses.length > 0 ? (
        <section>
          <h3>
            <TriangleAlert size={14} />
            {t('export.losses', { count: report.losses.length })}
          </h3>
          <ul className="export-skipped">
            {groupLosses(report.losses).map(({ message, count }) => (
              <li key={message}>
                {coreSentence(language, message)} <span className="numeric count">{count}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  )
}

function groupLosses(losses: ExportReport['losses']): readonly { readonly message: string; readonly count: number }[] {
  const counts = new Map<string, number>()
  for (const { message } of losses) counts.set(message, (counts.get(message) ?? 0) + 1)
  return [...counts].map(([message, count]) => ({ message, count }))
}
