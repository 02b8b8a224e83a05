import { CircleX, Info, TriangleAlert, Wand } from 'lucide-react'
import type { ReactElement } from 'react'
import { isDocumentFix } from '../../../src-shared/lint/apply-fix'
import type { LintFinding, LintSeverity } from '../../../src-shared/lint/finding'
import { canEdit } from '../../app/commands/tool-commands'
import { applyFix, goToFinding } from '../../app/state/checks'
import { highlightRegions } from '../../app/state/selecting'
import { useStudio, useStudioState } from '../../app/studio-context'
import { coreSentence } from '../../i18n/core-words'
import { useLanguage, useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'

export function SeverityIcon({ severity }: { readonly severity: LintSeverity }): ReactElement {
  const t = useT()
  const Icon = severity === 'error' ? CircleX : severity === 'warning' ? TriangleAlert : Info
  return (
    <span className="severity" data-severity={severity}>
      <Icon size={14} />
      <span className="visually-hidden">{t(`checks.severity.${severity}`)}</span>
    </span>
  )
}

/** One finding: what it is about, where, and the change that would mend it where the rule is certain of one. */
export function Finding({
  finding,
  canFix,
  showsFile = false
}: {
  readonly finding: LintFinding
  /** It is of the open image, as that is now. */
  readonly canFix: boolean
  readonly showsFile?: boolean
}): ReactElement {
  const t = useT()
  const studio = useStudio()
  const language = useLanguage()
  const { rule, severity, message, file, fix, imageId, regionIds } = finding
  const title = useStudioState(({ checks }) => checks.rules.get(rule)?.title[language] ?? rule)
  const isEditable = useStudioState(canEdit)
  return (
    <div
      className="finding"
      data-testid="finding"
      data-rule={rule}
      onMouseEnter={() => canFix && highlightRegions(studio, regionIds ?? [])}
      onMouseLeave={() => canFix && highlightRegions(studio, [])}
    >
      <button
        type="button"
        className="finding-go"
        disabled={imageId === undefined}
        data-testid="finding-go"
        onClick={() => void goToFinding(studio, finding)}
      >
        {showsFile ? null : <SeverityIcon severity={severity} />}
        <span className="finding-words">
          <span className="finding-title truncate">{showsFile ? (file ?? t('checks.wholeProject')) : title}</span>
          <span className="finding-message">{coreSentence(language, message)}</span>
        </span>
      </button>
      {canFix && isDocumentFix(fix) ? (
        <Button
          size="sm"
          disabled={!isEditable}
          title={t(`checks.fix.${fix.kind}`)}
          data-testid="finding-fix"
          onClick={() => applyFix(studio, finding)}
        >
          <Wand size={13} />
          {t(`checks.fix.${fix.kind}`)}
        </Button>
      ) : null}
    </div>
  )
}
