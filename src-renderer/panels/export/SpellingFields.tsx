import type { ReactElement } from 'react'
import { DIALECT_SPACES } from '../../../src-shared/dialects/dialect'
import type { DialectSpace } from '../../../src-shared/dialects/dialect'
import { DIALECTS } from '../../../src-shared/dialects/registry'
import { useT } from '../../i18n/translate'
import { SelectField } from '../../ui/fields'

const DIALECT_OPTIONS = DIALECTS.map(({ profile }) => ({ value: profile.id, text: profile.name }))

/** How regions stand in text: which model's spelling, and what its numbers are fractions or pixels of. */
export function SpellingFields({
  of,
  dialect,
  space,
  ownDialect,
  ownSpace,
  onDialect,
  onSpace
}: {
  readonly of: 'export' | 'import'
  readonly dialect: string | null
  readonly space: DialectSpace | null
  /** What stands for no choice; null: one must be chosen. */
  readonly ownDialect: string | null
  readonly ownSpace: string
  readonly onDialect: (dialect: string | null) => void
  readonly onSpace: (space: DialectSpace | null) => void
}): ReactElement {
  const t = useT()
  const none = ownDialect === null ? [] : [{ value: '', text: ownDialect }]
  return (
    <>
      <SelectField
        label={t('export.dialectPick')}
        testId={`${of}-dialect`}
        value={dialect ?? ''}
        options={[...none, ...DIALECT_OPTIONS]}
        onChange={(next) => onDialect(next === '' ? null : next)}
      />
      <SelectField<DialectSpace | ''>
        label={t('export.space')}
        testId={`${of}-space`}
        value={space ?? ''}
        options={[
          { value: '', text: ownSpace },
          ...DIALECT_SPACES.map((each) => ({ value: each, text: t(`export.space.${each}`) }))
        ]}
        onChange={(next) => onSpace(next === '' ? null : next)}
      />
    </>
  )
}
