import { CircleCheck } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { changeSettings } from '../../app/state/project'
import { setState } from '../../app/state/studio'
import { coreSentence } from '../../i18n/core-words'
import { useLanguage, useT } from '../../i18n/translate'
import type { TranslationKey } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { FailureCard } from '../notices/FailureCard'
import { KnownModels } from './KnownModels'
import { ModelFromDisk } from './ModelFromDisk'
import { ModelOfferView } from './ModelOfferView'
import { ModelRunning } from './ModelRunning'
import { useAddModel } from './use-add-model'
import type { AddStep } from './use-add-model'

const TITLES: Readonly<Record<AddStep['kind'], TranslationKey>> = {
  choose: 'adding.title',
  asking: 'adding.askingTitle',
  offer: 'adding.offerTitle',
  running: 'adding.runningTitle',
  done: 'adding.doneTitle'
}

/** Choose → see what it takes → download or copy → use it. Nothing is asked of anybody before a model is chosen. */
export function AddModelDialog({ onBack }: { readonly onBack: () => void }): ReactElement {
  const t = useT()
  const language = useLanguage()
  const studio = useStudio()
  const state = useAddModel()
  const { view, step, progress, error, isCancelling, survey, discard, look, add, cancel, back, leave } = state
  const [way, setWay] = useState<'known' | 'disk'>('known')
  const known = useStudioState((all) => all.settings.modelSource)
  const [source, setSource] = useState(known ?? '')
  const [isAccepted, setAccepted] = useState(false)
  const isBusy = step.kind === 'asking' || step.kind === 'running'
  const models = useStudioState(({ models: all }) => all)
  /** One that makes masks is used by its tool. */
  const canBeAsked = (id: string): boolean => models.some((model) => model.id === id && !model.makesMasks)
  const close = (): void => setState(studio, { overlay: null })

  useEffect(() => leave, [leave])

  const mayAdd = step.kind === 'offer' && step.offer.problem === null && (isAccepted || !needsConsent(step))
  return (
    <Dialog
      key={step.kind}
      wide
      title={t(TITLES[step.kind])}
      testId="add-model-dialog"
      closable={!isBusy}
      onClose={close}
      footer={footer()}
    >
      {step.kind === 'choose' ? (
        <>
          <div className="add-ways" role="group" aria-label={t('adding.title')}>
            {(['known', 'disk'] as const).map((id) => (
              <button
                key={id}
                type="button"
                className="add-way"
                aria-pressed={way === id}
                data-testid={`add-model-${id}`}
                onClick={() => setWay(id)}
              >
                {t(id === 'known' ? 'adding.known' : 'adding.disk')}
              </button>
            ))}
          </div>
          {way === 'known' ? (
            <KnownModels
              view={view}
              source={source}
              onSource={setSource}
              onDiscard={(modelId) => void discard(modelId)}
              onGet={(model, weights) => {
                setAccepted(false)
                const from = source.trim() === '' ? null : source.trim()
                void survey(model.name, { kind: 'known', id: model.id, weights, from }).then((hasAnswered) => {
                  if (hasAnswered && from !== known) void changeSettings(studio, { modelSource: from })
                })
              }}
            />
          ) : (
            <ModelFromDisk
              onChoose={(name, handle) => {
                setAccepted(false)
                void look(name, handle)
              }}
            />
          )}
        </>
      ) : null}
      {isBusy ? <ModelRunning name={step.name} progress={progress} isAsking={step.kind === 'asking'} /> : null}
      {step.kind === 'offer' ? (
        <ModelOfferView
          offer={step.offer}
          isFromDisk={step.origin.kind === 'disk'}
          needsConsent={needsConsent(step)}
          isAccepted={isAccepted}
          onAccept={setAccepted}
        />
      ) : null}
      {step.kind === 'done' ? (
        <div className="add-model-done" data-testid="add-model-done">
          <p className="export-done">
            <CircleCheck size={18} />
            {t('adding.done', { name: step.name })}
          </p>
          {step.notes.map((note) => (
            <p key={note} className="details-note">
              {coreSentence(language, note)}
            </p>
          ))}
        </div>
      ) : null}
      {error ? <FailureCard told={error} testId="add-model-error" reveal /> : null}
    </Dialog>
  )

  function footer(): ReactElement {
    if (isBusy) {
      return (
        <Button disabled={isCancelling} data-testid="add-model-cancel" onClick={cancel}>
          {isCancelling ? <span className="spinner" /> : null}
          {t('common.cancel')}
        </Button>
      )
    }
    if (step.kind === 'done') {
      return (
        <>
          <Button onClick={onBack}>{t('adding.toModels')}</Button>
          {canBeAsked(step.id) ? (
            <Button
              variant="primary"
              data-testid="add-model-use"
              onClick={() => void changeSettings(studio, { modelId: step.id }).then(onBack)}
            >
              {t('model.use')}
            </Button>
          ) : null}
        </>
      )
    }
    if (step.kind === 'offer') {
      return (
        <>
          <Button data-testid="add-model-back" onClick={back}>
            {t('adding.back')}
          </Button>
          <Button variant="primary" disabled={!mayAdd} data-testid="add-model-run" onClick={() => void add(isAccepted)}>
            {t(step.origin.kind === 'disk' ? 'adding.add' : 'adding.download')}
          </Button>
        </>
      )
    }
    return (
      <Button data-testid="add-model-close" onClick={onBack}>
        {t('adding.toModels')}
      </Button>
    )
  }
}

/** Of a folder that is here, only a licence that restricts is asked about; of a download also one that nobody states. */
function needsConsent({ offer, origin }: Extract<AddStep, { kind: 'offer' }>): boolean {
  const { terms } = offer.licence
  return terms === 'restricted' || (terms === 'unknown' && origin.kind === 'known')
}
