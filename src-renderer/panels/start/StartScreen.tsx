import { ArrowRight, FolderOpen, History } from 'lucide-react'
import type { ReactElement } from 'react'
import { useCommand, useStudio, useStudioState } from '../../app/studio-context'
import { formatDay } from '../../app/state/format'
import { openProjectFile } from '../../app/state/project'
import { useLanguage, useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Logo } from '../../ui/Logo'
import { FailureCard } from '../notices/FailureCard'
import { AppearanceMenu } from '../topbar/TopBar'

export function StartScreen(): ReactElement {
  const t = useT()
  const sample = useCommand('project.openSample')
  const folder = useCommand('project.openFolder')
  const isOpening = useStudioState((state) => state.opening)
  const error = useStudioState((state) => state.startError)
  const version = useStudioState((state) => state.app?.version ?? '')
  return (
    <main className="start">
      <div className="start-corner">
        <AppearanceMenu />
      </div>
      <div className="start-card">
        <div className="start-brand">
          <Logo size={44} />
          <div>
            <h1>Eyrie</h1>
            <p>{t('start.tagline')}</p>
          </div>
        </div>
        <div className="start-actions">
          <Button size="lg" variant="primary" disabled={isOpening} data-testid="start-open-sample" onClick={sample.run}>
            {isOpening ? <span className="spinner" /> : null}
            {t('start.sample')}
            <ArrowRight size={16} />
          </Button>
          <Button size="lg" disabled={isOpening} data-testid="start-open-folder" onClick={folder.run}>
            <FolderOpen size={16} />
            {t('start.folder')}
          </Button>
        </div>
        {error ? <FailureCard told={error} testId="start-error" /> : null}
        <RecentProjects />
        <p className="start-version numeric">{version}</p>
      </div>
    </main>
  )
}

function RecentProjects(): ReactElement | null {
  const t = useT()
  const studio = useStudio()
  const language = useLanguage()
  const recent = useStudioState((state) => state.recent)
  const isOpening = useStudioState((state) => state.opening)
  if (recent.length === 0) return null
  return (
    <section className="recent" aria-label={t('start.recent')}>
      <h2>
        <History size={13} />
        {t('start.recent')}
      </h2>
      <ul>
        {recent.map((project) => (
          <li key={project.handle}>
            <button
              type="button"
              className="recent-row"
              disabled={project.missing || isOpening}
              data-testid="recent-project"
              onClick={() => void openProjectFile(studio, project.handle)}
            >
              <span className="truncate recent-name">{project.name}</span>
              <span className="recent-when numeric">
                {project.missing ? t('start.missing') : formatDay(project.openedAtMs, language)}
              </span>
              <span className="truncate recent-path">{project.displayPath}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
