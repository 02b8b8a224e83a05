import { ChevronDown } from 'lucide-react'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { answerForm, currentModel, offeredForms, OFFERED_FORMS } from '../../app/state/dialogue'
import type { OfferedForm } from '../../app/state/dialogue'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Menu, MenuHeading, MenuItem, MenuRule } from '../../ui/Menu'

/** What the next answer is held to. Nothing to choose for servers and most tools, which answer as they will. */
export function FormMenu(): ReactElement | null {
  const t = useT()
  const studio = useStudio()
  const model = useStudioState(currentModel)
  const offered = useStudioState((state) => offeredForms(state).join())
  const chosen = useStudioState((state) => answerForm(state)?.kind ?? null)
  const labels = useStudioState((state) => state.labels.length)
  if (model?.state !== 'ready' || model.forms.length === 0) return null
  const choose = (kind: OfferedForm | null): void => setState(studio, { answerForm: kind })
  const nameOf = (kind: OfferedForm): string =>
    kind === 'labels' && labels > 0 ? t('composer.form.labelsOf', { count: labels }) : t(`composer.form.${kind}`)
  return (
    <Menu
      trigger={
        <Button size="sm" variant="ghost" data-testid="composer-form" aria-label={t('composer.form')}>
          <span className="truncate">{t(`composer.form.${chosen ?? 'free'}`)}</span>
          <ChevronDown size={12} />
        </Button>
      }
    >
      <MenuHeading>{t('composer.form')}</MenuHeading>
      <MenuItem testId="composer-form-free" checked={chosen === null} onSelect={() => choose(null)}>
        {t('composer.form.free')}
      </MenuItem>
      <MenuRule />
      {OFFERED_FORMS.filter((kind) => model.forms.includes(kind)).map((kind) => (
        <MenuItem
          key={kind}
          testId={`composer-form-${kind}`}
          checked={chosen === kind}
          disabled={!offered.split(',').includes(kind)}
          onSelect={() => choose(kind)}
        >
          {nameOf(kind)}
        </MenuItem>
      ))}
    </Menu>
  )
}
