import { ShieldCheck, ShieldQuestion } from 'lucide-react'
import type { ReactElement } from 'react'
import type { ExportCertificate } from '../../../src-shared/formats/round-trip/certificate'
import { useT } from '../../i18n/translate'
import { CertificateCounts, THINGS } from './CertificateCounts'
import { sumUp } from './certificates'
import { differenceName, skipReason } from './reasons'

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
      <CertificateCounts rows={rows} />
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
