import type { ReactElement } from 'react'
import { useT } from '../../i18n/translate'
import type { CertifiedRow } from './certificates'

export const THINGS = ['images', 'regions', 'labels', 'dialogues', 'turns', 'relations'] as const

/** A row for each split, a column for each thing there is; `came back / written`. */
export function CertificateCounts({ rows }: { readonly rows: readonly CertifiedRow[] }): ReactElement | null {
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
              <td
                key={thing}
                className="numeric"
                data-testid={`certificate-${thing}`}
                data-differs={counts[thing].back !== counts[thing].out}
              >
                {counts[thing].back} / {counts[thing].out}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
