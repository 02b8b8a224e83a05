import { Check, CircleX, Info, TriangleAlert, Wand } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { LintFinding, LintFix, LintSeverity } from '../../../src-shared/lint/finding'
import { canEdit } from '../../app/commands/tool-commands'
import { applyFix, goToFinding, isStillFound } from '../../app/state/checks'
import { highlightRegions } from '../../app/state/selecting'
import { useStudio, useStudioState } from '../../app/studio-context'
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
  isOfOpenImage
}: {
  readonly finding: LintFinding
  /** It is in the list of the open image, as that is now; else in that of the project, as it was when it was checked. */
  readonly isOfOpenImage: boolean
}): ReactElement {
  const t = useT()
  const studio = useStudio()
  const language = useLanguage()
  const { rule, severity, message, translations, file, fix, imageId, regionIds, other } = finding
  const title = useStudioState(({ checks }) => checks.rules.get(rule)?.title[language] ?? rule)
  const highlight = (ids: readonly string[]): void => {
    if (isOfOpenImage) highlightRegions(studio, ids)
  }
  return (
    <div
      className="finding"
      data-testid="finding"
      data-rule={rule}
      onMouseEnter={() => highlight(regionIds ?? [])}
      onMouseLeave={() => highlight([])}
    >
      <button
        type="button"
        className="finding-go"
        disabled={imageId === undefined}
        data-testid="finding-go"
        onFocus={() => highlight(regionIds ?? [])}
        onBlur={() => highlight([])}
        onClick={() => void goToFinding(studio, finding)}
      >
        {isOfOpenImage ? <SeverityIcon severity={severity} /> : null}
        <span className="finding-words">
          <span className="finding-title truncate" title={file ?? ''}>
            {isOfOpenImage ? title : (file ?? t('checks.wholeProject'))}
          </span>
          <span className="finding-message">{language === 'zh-CN' ? translations['zh-CN'] : message}</span>
        </span>
      </button>
      {fix === null ? null : <FixButton finding={finding} fix={fix} isKept={!isOfOpenImage} />}
      {other === undefined || imageId === undefined ? null : (
        <div className="finding-pair">
          <PictureButton imageId={imageId} file={file ?? ''} />
          <PictureButton imageId={other.imageId} file={other.file} />
        </div>
      )}
    </div>
  )
}

/** One of two pictures that are compared; a click goes there. */
function PictureButton({ imageId, file }: { readonly imageId: string; readonly file: string }): ReactElement {
  const t = useT()
  const studio = useStudio()
  return (
    <button
      type="button"
      className="finding-picture"
      title={file}
      aria-label={t('checks.goTo', { file })}
      data-testid="finding-picture"
      onClick={() => void goToFinding(studio, { imageId })}
    >
      <img src={`/thumb/${encodeURIComponent(imageId)}?size=160`} alt="" loading="lazy" decoding="async" />
      <span className="truncate">{file}</span>
    </button>
  )
}

/** A list of the project is as old as its check, so what was mended since, in whatever way, is marked there. */
function FixButton({
  finding,
  fix,
  isKept
}: {
  readonly finding: LintFinding
  readonly fix: LintFix
  readonly isKept: boolean
}): ReactElement {
  const t = useT()
  const studio = useStudio()
  const isEditable = useStudioState(canEdit)
  const [state, setState] = useState<'open' | 'running' | 'mended'>('open')
  const isStillThere = useStudioState((studioState) => (isKept ? isStillFound(studioState, finding) : null))
  useEffect(() => {
    if (isStillThere !== null) setState((now) => (now === 'running' ? now : isStillThere ? 'open' : 'mended'))
  }, [isStillThere])
  if (state === 'mended')
    return (
      <span className="finding-mended" data-testid="finding-mended">
        <Check size={13} />
        {t('checks.mended')}
      </span>
    )
  const name = fix.kind === 'merge-label' ? fix.name : ''
  const mend = async (): Promise<void> => {
    setState('running')
    const isMended = await applyFix(studio, finding)
    setState(isMended && isKept ? 'mended' : 'open')
  }
  return (
    <span className="finding-fix">
      <Button
        size="sm"
        disabled={!isEditable || state === 'running'}
        data-testid="finding-fix"
        onClick={() => void mend()}
      >
        {state === 'running' ? <span className="spinner" /> : <Wand size={13} />}
        {t(`checks.fix.${fix.kind}`, { name })}
      </Button>
      {isEditable ? null : <span className="check-note">{t('checks.fixReadOnly')}</span>}
    </span>
  )
}
