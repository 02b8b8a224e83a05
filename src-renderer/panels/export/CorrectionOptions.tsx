import type { ReactElement } from 'react'
import { useT } from '../../i18n/translate'
import type { TranslationKey } from '../../i18n/translate'
import { NumberField } from '../../ui/fields'
import { iouRange } from './export-choice'
import type { ExportChoice } from './export-choice'

/** Sizes of corrections people ask for by name. */
const SIZES: readonly { readonly key: TranslationKey; readonly minIou: string; readonly maxIou: string }[] = [
  { key: 'export.corrections.all', minIou: '0', maxIou: '1' },
  { key: 'export.corrections.wrong', minIou: '0', maxIou: '0.5' },
  { key: 'export.corrections.fine', minIou: '0.5', maxIou: '0.95' }
]

/** Which corrected answers become pairs, by how far the model was off. */
export function CorrectionOptions({
  choice,
  onChange
}: {
  readonly choice: ExportChoice
  readonly onChange: (patch: Partial<ExportChoice>) => void
}): ReactElement {
  const t = useT()
  const { minIou, maxIou } = choice
  return (
    <section className="export-section" data-testid="export-corrections">
      <h3>{t('export.corrections')}</h3>
      <p className="check-note">{t('export.correctionsNote')}</p>
      <div className="chip-row">
        {SIZES.map((size) => (
          <button
            key={size.key}
            type="button"
            className="chip"
            aria-pressed={size.minIou === minIou && size.maxIou === maxIou}
            onClick={() => onChange({ minIou: size.minIou, maxIou: size.maxIou })}
          >
            {t(size.key)}
          </button>
        ))}
      </div>
      <div className="form-fields">
        <NumberField
          label={t('export.iouFrom')}
          testId="export-iou-min"
          inputMode="decimal"
          value={minIou}
          onChange={(next) => onChange({ minIou: next })}
        />
        <NumberField
          label={t('export.iouTo')}
          testId="export-iou-max"
          inputMode="decimal"
          value={maxIou}
          onChange={(next) => onChange({ maxIou: next })}
        />
      </div>
      {iouRange(choice) === null ? (
        <p className="field-problem" role="alert">
          {t('export.iouProblem')}
        </p>
      ) : null}
    </section>
  )
}
