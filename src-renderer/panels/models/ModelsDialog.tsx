import { Check, Plus, RefreshCw, Trash2, X } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { ModelSummary, ProviderReport } from '../../../src-shared/ipc/contract'
import { useStudio, useStudioState } from '../../app/studio-context'
import { currentModel } from '../../app/state/dialogue'
import { describeError } from '../../app/state/error-info'
import { formatBytes } from '../../app/state/format'
import { notifyError } from '../../app/state/notices'
import { changeSettings, loadModels } from '../../app/state/project'
import { setState } from '../../app/state/studio'
import { useLanguage, useT } from '../../i18n/translate'
import { Button, IconButton } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { examplesOf } from '../dialogue/example-nodes'
import { FailureCard } from '../notices/FailureCard'
import { AddModelDialog } from './AddModelDialog'
import { HowItRuns } from './HowItRuns'
import { Servers } from './Servers'

/** Which model answers, what it can and cannot do, and which execution providers truly run here. */
export function ModelsDialog(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const all = useStudioState((state) => state.models)
  const models = all.filter(({ endpoint }) => endpoint === undefined)
  const chosen = useStudioState(currentModel)
  const [isAdding, setAdding] = useState(false)
  const [removable, setRemovable] = useState<readonly string[]>([])
  const refresh = useCallback(async (): Promise<void> => {
    try {
      setRemovable((await studio.rpc.call('models.known', {})).removable)
    } catch (reason) {
      notifyError(studio, describeError(reason))
    }
  }, [studio])
  useEffect(() => void refresh(), [refresh])

  const remove = async (id: string): Promise<void> => {
    try {
      await studio.rpc.call('models.remove', { id })
      await loadModels(studio)
      await refresh()
    } catch (reason) {
      notifyError(studio, describeError(reason))
    }
  }
  const leaveAdding = (): void => {
    setAdding(false)
    void refresh()
  }
  if (isAdding) return <AddModelDialog onBack={leaveAdding} />
  return (
    <Dialog
      key="list"
      wide
      title={t('model.title')}
      testId="models-dialog"
      onClose={() => setState(studio, { overlay: null })}
    >
      <header className="models-head">
        {models.length === 0 ? <p>{t('model.noneNext')}</p> : <p className="details-note">{t('model.storeNote')}</p>}
        <Button size="sm" data-testid="model-add" onClick={() => setAdding(true)}>
          <Plus size={13} />
          {t('adding.open')}
        </Button>
      </header>
      <ul className="model-cards">
        {models.map((model) => (
          <ModelCard
            key={model.id}
            model={model}
            isChosen={chosen?.id === model.id}
            onChoose={() => void changeSettings(studio, { modelId: model.id })}
            onRemove={removable.includes(model.id) ? () => void remove(model.id) : null}
          />
        ))}
      </ul>
      <Servers chosenId={chosen?.id ?? null} onChoose={(modelId) => void changeSettings(studio, { modelId })} />
      <Providers />
    </Dialog>
  )
}

interface ModelCardProps {
  readonly model: ModelSummary
  readonly isChosen: boolean
  readonly onChoose: () => void
  /** null: it came with the app. */
  readonly onRemove: (() => void) | null
}

function ModelCard({ model, isChosen, onChoose, onRemove }: ModelCardProps): ReactElement {
  const t = useT()
  const language = useLanguage()
  const [isAsking, setAsking] = useState(false)
  return (
    <li className="model-card" data-testid="model-card" data-model={model.id} data-chosen={isChosen}>
      <header>
        <h3>{model.name}</h3>
        <span className="tag">{model.dialect}</span>
        {model.licence === '' ? null : (
          <span className="tag model-licence" title={model.licence}>
            {model.licence}
          </span>
        )}
        <span className="details-note numeric">{formatBytes(model.sizeBytes)}</span>
        <span className="model-buttons">
          {isChosen ? (
            <span className="tag tag-success">{t('model.inUse')}</span>
          ) : model.makesMasks ? (
            <span className="tag tag-success">{t('model.makesMasks')}</span>
          ) : (
            <Button size="sm" disabled={model.state === 'broken'} data-testid="model-use" onClick={onChoose}>
              {t('model.use')}
            </Button>
          )}
          {onRemove ? (
            <IconButton
              label={t('model.remove', { name: model.name })}
              size="sm"
              data-testid="model-remove"
              onClick={() => setAsking(true)}
            >
              <Trash2 size={14} />
            </IconButton>
          ) : null}
        </span>
      </header>
      {isAsking && onRemove ? (
        <div className="model-remove" role="alert">
          <p>{t('model.removeAsk', { name: model.name, bytes: formatBytes(model.sizeBytes) })}</p>
          <Button size="sm" onClick={() => setAsking(false)}>
            {t('common.cancel')}
          </Button>
          <Button size="sm" variant="danger" data-testid="model-remove-yes" onClick={onRemove}>
            {t('model.removeYes')}
          </Button>
        </div>
      ) : null}
      {model.problem ? <FailureCard told={model.problem} /> : null}
      <div className="model-columns">
        <CardList title={t('model.can')} items={examplesOf(model, language)} icon={<Check size={13} />} />
        <CardList title={t('model.cannotShort')} items={model.cannot} icon={<X size={13} />} />
      </div>
      {model.classes.length > 0 ? (
        <details className="model-classes">
          <summary>{t('model.classes', { count: model.classes.length })}</summary>
          <p>{model.classes.join(', ')}</p>
        </details>
      ) : null}
      {model.state === 'ready' ? <HowItRuns modelId={model.id} /> : null}
    </li>
  )
}

const CardList = ({
  title,
  items,
  icon
}: {
  readonly title: string
  readonly items: readonly string[]
  readonly icon: ReactElement
}): ReactElement => (
  <section>
    <h4>{title}</h4>
    <ul>
      {items.map((item) => (
        <li key={item}>
          {icon}
          <span>{item}</span>
        </li>
      ))}
    </ul>
  </section>
)

function Providers(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const [reports, setReports] = useState<readonly ProviderReport[] | null>(null)
  const [isProbing, setProbing] = useState(false)
  const probe = async (): Promise<void> => {
    setProbing(true)
    try {
      setReports(await studio.rpc.call('models.probe', {}))
    } catch (reason) {
      notifyError(studio, describeError(reason))
    } finally {
      setProbing(false)
    }
  }
  return (
    <section className="providers">
      <header>
        <h3>{t('model.providers')}</h3>
        <Button size="sm" disabled={isProbing} onClick={() => void probe()}>
          {isProbing ? <span className="spinner" /> : <RefreshCw size={13} />}
          {t('model.probe')}
        </Button>
      </header>
      {reports ? (
        <ul>
          {reports.map((report) => (
            <li key={report.name} className="provider-row">
              <span className={`tag ${report.works ? 'tag-success' : ''}`}>{report.name}</span>
              <span>{report.detail}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="details-note">{t('model.probeNote')}</p>
      )}
    </section>
  )
}
