import { Check, RefreshCw, X } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { ModelSummary, ProviderReport } from '../../../src-shared/ipc/contract'
import { useStudio, useStudioState } from '../../app/studio-context'
import { currentModel } from '../../app/state/dialogue'
import { describeError } from '../../app/state/error-info'
import { formatBytes } from '../../app/state/format'
import { notifyError } from '../../app/state/notices'
import { changeSettings } from '../../app/state/project'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { Told } from '../notices/Told'
import { Servers } from './Servers'

/** Which model answers, what it can and cannot do, and which execution providers truly run here. */
export function ModelsDialog(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const all = useStudioState((state) => state.models)
  const models = all.filter(({ endpoint }) => endpoint === undefined)
  const chosen = useStudioState(currentModel)
  return (
    <Dialog wide title={t('model.title')} testId="models-dialog" onClose={() => setState(studio, { overlay: null })}>
      {models.length === 0 ? <p>{t('model.noneNext')}</p> : null}
      <ul className="model-cards">
        {models.map((model) => (
          <ModelCard key={model.id} model={model} isChosen={chosen?.id === model.id} onChoose={() => void changeSettings(studio, { modelId: model.id })} />
        ))}
      </ul>
      <Servers chosenId={chosen?.id ?? null} onChoose={(modelId) => void changeSettings(studio, { modelId })} />
      <Providers />
    </Dialog>
  )
}

function ModelCard({ model, isChosen, onChoose }: { readonly model: ModelSummary; readonly isChosen: boolean; readonly onChoose: () => void }): ReactElement {
  const t = useT()
  return (
    <li className="model-card" data-chosen={isChosen}>
      <header>
        <h3>{model.name}</h3>
        <span className="tag">{model.dialect}</span>
        {model.licence === '' ? null : <span className="tag model-licence" title={model.licence}>
          {model.licence}
        </span>}
        <span className="details-note numeric">{formatBytes(model.sizeBytes)}</span>
        {isChosen ? (
          <span className="tag tag-success">{t('model.inUse')}</span>
        ) : model.makesMasks ? (
          <span className="tag tag-success">{t('model.makesMasks')}</span>
        ) : (
          <Button size="sm" disabled={model.state === 'broken'} data-testid="model-use" onClick={onChoose}>
            {t('model.use')}
          </Button>
        )}
      </header>
      {model.problem ? (
        <div className="ask-failure" role="alert">
          <Told told={model.problem} />
        </div>
      ) : null}
      <div className="model-columns">
        <CardList title={t('model.can')} items={model.examples} icon={<Check size={13} />} />
        <CardList title={t('model.cannotShort')} items={model.cannot} icon={<X size={13} />} />
      </div>
      {model.classes.length > 0 ? (
        <details className="model-classes">
          <summary>{t('model.classes', { count: model.classes.length })}</summary>
          <p>{model.classes.join(', ')}</p>
        </details>
      ) : null}
    </li>
  )
}

const CardList = ({ title, items, icon }: { readonly title: string; readonly items: readonly string[]; readonly icon: ReactElement }): ReactElement => (
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
