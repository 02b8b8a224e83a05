import type { ReactElement } from 'react'
import type { DialectSpace } from '../../../src-shared/dialects/dialect'
import { DIALECTS, findDialect } from '../../../src-shared/dialects/registry'
import { useT } from '../../i18n/translate'
import { SPACES } from './export-choice'
import type { ExportChoice } from './export-choice'

/** How regions stand in the text: which model's spelling, and what its numbers are fractions or pixels of. */
export function TextOptions({
  choice,
  dialect,
  onChange
}: {
  readonly choice: ExportChoice
  readonly dialect: string
  readonly onChange: (patch: Partial<ExportChoice>) => void
}): ReactElement {
  const t = useT()
  const own = findDialect(dialect)?.profile.space ?? 'original'
  return (
    <section className="export-section">
      <h3>{t('export.text')}</h3>
      <div className="export-fields">
        <label className="export-field">
          <span>{t('export.dialectPick')}</span>
          <select
            className="field field-sm"
            value={dialect}
            data-testid="export-dialect"
            onChange={(event) => onChange({ dialect: event.target.value })}
          >
            {DIALECTS.map(({ profile }) => (
              <option key={profile.id} value={profile.id}>
                {profile.name}
              </option>
            ))}
          </select>
        </label>
        <label className="export-field">
          <span>{t('export.space')}</span>
          <select
            className="field field-sm"
            value={choice.space ?? ''}
            data-testid="export-space"
            onChange={(event) =>
              onChange({ space: event.target.value === '' ? null : (event.target.value as DialectSpace) })
            }
          >
            <option value="">{t('export.spaceOwn', { space: t(`export.space.${own}`) })}</option>
            {SPACES.map((space) => (
              <option key={space} value={space}>
                {t(`export.space.${space}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
    </section>
  )
}
