import type { ReactElement } from 'react'
import { findDialect } from '../../../src-shared/dialects/registry'
import { useT } from '../../i18n/translate'
import { SpellingFields } from './SpellingFields'
import type { ExportChoice } from './export-choice'

/** How regions stand in the text that is exported. */
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
      <div className="form-fields">
        <SpellingFields
          of="export"
          dialect={dialect}
          space={choice.space}
          ownDialect={null}
          ownSpace={t('export.spaceOwn', { space: t(`export.space.${own}`) })}
          onDialect={(next) => onChange({ dialect: next })}
          onSpace={(next) => onChange({ space: next })}
        />
      </div>
    </section>
  )
}
