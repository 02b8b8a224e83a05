import { FolderOpen, X } from 'lucide-react'
import type { ReactElement } from 'react'
import { useStudioState } from '../../app/studio-context'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { FormatPicker } from './FormatPicker'
import { CorrectionOptions } from './CorrectionOptions'
import { SplitOptions } from './SplitOptions'
import { TextOptions } from './TextOptions'
import type { ExportState } from './use-export'

export function ExportForm({ state }: { readonly state: ExportState }): ReactElement {
  const t = useT()
  const { formats, choice, folder, dialect, choose, pickFolder } = state
  const proposals = useStudioState((studio) => studio.gallery.counts.proposals ?? 0)
  const chosen = formats.filter(({ id }) => choice.formats.includes(id))
  return (
    <div className="export-form">
      <h3 className="visually-hidden">{t('export.formats')}</h3>
      <FormatPicker formats={formats} chosen={choice.formats} onChoose={(ids) => choose({ formats: ids })} />
      <ul className="chip-row chosen-formats" aria-label={t('export.chosenList')}>
        {chosen.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              className="chip"
              title={t('export.unchoose', { name })}
              aria-label={t('export.unchoose', { name })}
              onClick={() => choose({ formats: choice.formats.filter((other) => other !== id) })}
            >
              {name}
              <X size={12} />
            </button>
          </li>
        ))}
        {chosen.length === 0 ? <li className="check-note">{t('export.chooseOne')}</li> : null}
      </ul>
      <div className="export-options">
        <div className="export-column">
          {chosen.some(({ takesDialect }) => takesDialect) ? (
            <TextOptions choice={choice} dialect={dialect} onChange={choose} />
          ) : null}
          <SplitOptions choice={choice} onChange={choose} />
        </div>
        <div className="export-column">
          {chosen.some(({ takesCorrections }) => takesCorrections) ? (
            <CorrectionOptions choice={choice} onChange={choose} />
          ) : null}
          <section className="export-section">
            <h3>{t('export.what')}</h3>
            <label className="check-row">
              <input
                type="checkbox"
                checked={choice.includeProposals}
                data-testid="export-proposals"
                onChange={(event) => choose({ includeProposals: event.target.checked })}
              />
              <span>
                {t('export.proposals')}
                <span className="check-note">{t('export.proposalsNote', { count: proposals })}</span>
              </span>
            </label>
          </section>
          <section className="export-section">
            <h3>{t('export.folder')}</h3>
            <div className="export-folder">
              <span className="mono truncate" title={folder?.displayPath ?? ''}>
                {folder?.displayPath ?? t('export.folderDefault')}
              </span>
              <Button size="sm" onClick={() => void pickFolder()}>
                <FolderOpen size={14} />
                {t('export.folderPick')}
              </Button>
            </div>
            <label className="check-row">
              <input
                type="checkbox"
                checked={choice.overwrite}
                onChange={(event) => choose({ overwrite: event.target.checked })}
              />
              <span>{t('export.overwrite')}</span>
            </label>
          </section>
        </div>
      </div>
    </div>
  )
}
