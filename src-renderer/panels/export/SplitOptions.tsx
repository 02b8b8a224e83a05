import { Plus, X } from 'lucide-react'
import type { ReactElement } from 'react'
import { SPLIT_BY } from '../../../src-shared/dataset/splits'
import { formatPixels } from '../../app/state/format'
import { useT } from '../../i18n/translate'
import { Button, IconButton } from '../../ui/Button'
import { NumberField, SelectField } from '../../ui/fields'
import { MOST_SHARES, percentTotal, splitProblem } from './export-choice'
import type { ExportChoice, ShareChoice } from './export-choice'

/** One data set, or folders with a share of the images each; what belongs together stays together. */
export function SplitOptions({
  choice,
  onChange
}: {
  readonly choice: ExportChoice
  readonly onChange: (patch: Partial<ExportChoice>) => void
}): ReactElement {
  const t = useT()
  const { isSplit, shares, seed, splitBy } = choice
  const problem = splitProblem(choice)
  const put = (index: number, patch: Partial<ShareChoice>): void =>
    onChange({ shares: shares.map((share, i) => (i === index ? { ...share, ...patch } : share)) })
  return (
    <section className="export-section">
      <h3>{t('export.split')}</h3>
      <label className="check-row">
        <input
          type="checkbox"
          checked={isSplit}
          data-testid="export-split"
          onChange={(event) => onChange({ isSplit: event.target.checked })}
        />
        <span>{t('export.splitWanted')}</span>
      </label>
      {isSplit ? (
        <div className="split">
          <ul className="split-rows">
            {shares.map(({ name, percent }, i) => (
              // Rows are typed into, so a row is its place.
              <li key={i} className="split-row">
                <input
                  className="field field-sm mono"
                  value={name}
                  aria-label={t('export.splitName')}
                  data-testid="split-name"
                  onChange={(event) => put(i, { name: event.target.value })}
                />
                <input
                  className="field field-sm numeric split-percent"
                  inputMode="decimal"
                  value={percent}
                  aria-label={t('export.splitShare', { name })}
                  data-testid="split-share"
                  onChange={(event) => put(i, { percent: event.target.value })}
                />
                <span>%</span>
                <IconButton
                  size="sm"
                  label={t('export.splitRemove', { name })}
                  data-testid="split-remove"
                  disabled={shares.length <= 1}
                  onClick={() => onChange({ shares: shares.filter((_, other) => other !== i) })}
                >
                  <X size={14} />
                </IconButton>
              </li>
            ))}
          </ul>
          <div className="split-foot">
            <Button
              size="sm"
              variant="ghost"
              disabled={shares.length >= MOST_SHARES}
              onClick={() => onChange({ shares: [...shares, { name: '', percent: '' }] })}
            >
              <Plus size={14} />
              {t('export.splitAdd')}
            </Button>
            <span className="numeric" data-testid="split-total">
              {t('export.splitTotal', { total: formatPixels(percentTotal(shares)) })}
            </span>
          </div>
          <div className="form-fields">
            <SelectField
              label={t('export.splitTogether')}
              testId="split-by"
              value={splitBy}
              options={SPLIT_BY.map((by) => ({ value: by, text: t(`export.splitBy.${by}`) }))}
              onChange={(next) => onChange({ splitBy: next })}
            />
            <NumberField
              label={t('export.seed')}
              testId="split-seed"
              value={seed}
              onChange={(next) => onChange({ seed: next })}
            />
          </div>
          {problem === null ? null : (
            <p className="field-problem" role="alert" data-testid="split-problem">
              {t(`export.splitProblem.${problem}`)}
            </p>
          )}
        </div>
      ) : null}
    </section>
  )
}
