import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react'
import type { ReactElement } from 'react'
import type { ExportCertificate } from '../../../src-shared/formats/round-trip/certificate'
import type { ErrorInfo } from '../../app/state/error-info'
import { useT } from '../../i18n/translate'
import { Told } from '../notices/Told'
import { sumUp } from './certificates'
import type { CertifiedRow } from './certificates'
import { differenceName, skipReason } from './reasons'

const THINGS = ['images', 'regions', 'labels', 'dialogues', 'turns', 'relations'] as const

/** Two digits are as much as a person can use of an error. */
const pixels = (px: number): string => (px === 0 ? '0' : px < 0.01 ? '< 0.01' : String(Number(px.toPrecision(2))))

/** What reading one format back said, split by split: what went out, what came back, and what it never held. */
export function Certificate({
  name,
  certificates
}: {
  readonly name: string
  readonly certificates: readonly ExportCertificate[]
}): ReactElement {
  const t = useT()
  const sum = sumUp(certificates)
  if (sum === null)
    return (
      <section className="certificate" data-verdict="none" data-testid="certificate">
        <h4>
          <ShieldQuestion size={16} />
          <span>{name}</span>
          <span className="tag">{t('certificate.none')}</span>
        </h4>
        <p className="check-note">{t('certificate.noneNote')}</p>
      </section>
    )
  const { rows, largestErrorPx, notHeld, said } = sum
  const isWhole = notHeld.length + said.length === 0
  const isEmpty = isWhole && rows.every(({ counts }) => THINGS.every((thing) => counts[thing].out === 0))
  return (
    <section className="certificate" data-verdict="pass" data-testid="certificate">
      <h4>
        <ShieldCheck size={16} />
        <span>{name}</span>
        <span className="tag tag-success" data-testid="certificate-verdict">
          {t('certificate.pass')}
        </span>
      </h4>
      <p>{t(isEmpty ? 'certificate.nothing' : isWhole ? 'certificate.whole' : 'certificate.partly')}</p>
      <Counts rows={rows} />
      {largestErrorPx === null ? null : (
        <p data-testid="certificate-error">{t('certificate.error', { px: pixels(largestErrorPx) })}</p>
      )}
      {notHeld.length === 0 ? null : (
        <div className="certificate-reasons">
          <p className="certificate-reason-title">{t('certificate.notHeld')}</p>
          <ul className="export-skipped">
            {notHeld.map(({ code, count }) => (
              <li key={code}>
                {skipReason(t, code)} <span className="numeric count">{count}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {said.length === 0 ? null : (
        <details className="certificate-reasons">
          <summary className="certificate-reason-title">
            {t('certificate.said', { count: said.reduce((total, { count }) => total + count, 0) })}
          </summary>
          <ul className="export-skipped">
            {said.map(({ code, count, examples }) => (
              <li key={code}>
                {differenceName(t, code)} <span className="numeric count">{count}</span>
                {examples.map((message) => (
                  <span key={message} className="check-note">
                    {message}
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

/** A row for each split, a column for each thing there is; `came back / written`. */
function Counts({ rows }: { readonly rows: readonly CertifiedRow[] }): ReactElement | null {
  const t = useT()
  const things = THINGS.filter((thing) => rows.some(({ counts }) => counts[thing].out + counts[thing].back > 0))
  if (things.length === 0) return null
  return (
    <table className="certificate-counts">
      <thead>
        <tr>
          <th scope="col">{t('certificate.backOfOut')}</th>
          {things.map((thing) => (
            <th key={thing} scope="col">
              {t(`certificate.${thing}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ split, counts }) => (
          <tr key={split ?? ''}>
            <th scope="row" className={split === null ? '' : 'mono'}>
              {split ?? t('certificate.all')}
            </th>
            {things.map((thing) => (
              <td key={thing} className="numeric" data-testid={`certificate-${thing}`}>
                {counts[thing].back} / {counts[thing].out}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The export was refused: what came back was not what had gone out, and the writer had not said so. */
export function CertificateFailed({ error }: { readonly error: ErrorInfo }): ReactElement {
  const t = useT()
  return (
    <section
      className="certificate export-failure"
      data-verdict="fail"
      data-testid="certificate"
      role="alert"
      ref={(element) => element?.scrollIntoView({ block: 'nearest' })}
    >
      <h4>
        <ShieldAlert size={16} />
        <span>{t('certificate.title')}</span>
        <span className="tag tag-danger" data-testid="certificate-verdict">
          {t('certificate.fail')}
        </span>
      </h4>
      <Told told={error} />
    </section>
  )
}
