import { FolderOpen } from 'lucide-react'
import type { ReactElement } from 'react'
import type { ExportFormatId, ExportFormatInfo, FolderListing } from '../../../src-shared/ipc/contract'
import { useStudioState } from '../../app/studio-context'
import { coreSentence } from '../../i18n/core-words'
import { useLanguage, useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'

export interface ExportChoice {
  readonly formats: readonly ExportFormatId[]
  /** null: `exports/` beside the project. */
  readonly folder: FolderListing | null
  readonly includeProposals: boolean
  readonly overwrite: boolean
}

export interface ExportFormProps {
  readonly formats: readonly ExportFormatInfo[]
  readonly choice: ExportChoice
  readonly dialect: string
  readonly disabled: boolean
  readonly onChange: (choice: ExportChoice) => void
  readonly onPickFolder: () => void
}

export function ExportForm({
  formats,
  choice,
  dialect,
  disabled,
  onChange,
  onPickFolder
}: ExportFormProps): ReactElement {
  const t = useT()
  const language = useLanguage()
  const proposals = useStudioState((state) => state.gallery.counts.proposals ?? 0)
  const toggle = (id: ExportFormatId): void =>
    onChange({
      ...choice,
      formats: choice.formats.includes(id) ? choice.formats.filter((other) => other !== id) : [...choice.formats, id]
    })
  return (
    <fieldset className="export-form" disabled={disabled}>
      <legend className="visually-hidden">{t('export.title')}</legend>
      <h3>{t('export.formats')}</h3>
      <ul className="format-cards">
        {formats.map((format) => (
          <li key={format.id}>
            <label
              className="format-card"
              data-checked={choice.formats.includes(format.id)}
              data-testid={`format-${format.id}`}
            >
              <input type="checkbox" checked={choice.formats.includes(format.id)} onChange={() => toggle(format.id)} />
              <span className="format-words">
                <span className="format-name">
                  {format.name}
                  <span className="mono format-file">{format.fileName}</span>
                  {format.takesDialect ? <span className="tag">{t('export.dialect', { dialect })}</span> : null}
                </span>
                {format.limits.length > 0 ? (
                  <ul className="format-limits">
                    {format.limits.map((limit) => (
                      <li key={limit}>{coreSentence(language, limit)}</li>
                    ))}
                  </ul>
                ) : null}
              </span>
            </label>
          </li>
        ))}
      </ul>
      <label className="check-row">
        <input
          type="checkbox"
          checked={choice.includeProposals}
          data-testid="export-proposals"
          onChange={(event) => onChange({ ...choice, includeProposals: event.target.checked })}
        />
        <span>
          {t('export.proposals')}
          <span className="check-note">{t('export.proposalsNote', { count: proposals })}</span>
        </span>
      </label>
      <label className="check-row">
        <input
          type="checkbox"
          checked={choice.overwrite}
          onChange={(event) => onChange({ ...choice, overwrite: event.target.checked })}
        />
        <span>{t('export.overwrite')}</span>
      </label>
      <h3>{t('export.folder')}</h3>
      <div className="export-folder">
        <span className="mono truncate">{choice.folder?.displayPath ?? t('export.folderDefault')}</span>
        <Button size="sm" onClick={onPickFolder}>
          <FolderOpen size={14} />
          {t('export.folderPick')}
        </Button>
      </div>
    </fieldset>
  )
}
