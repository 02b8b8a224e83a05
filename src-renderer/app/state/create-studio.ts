import type { Rpc } from '../../../src-shared/ipc/contract'
import type { Translate } from '../../i18n/translate'
import { describeError } from './error-info'
import { confirmProject, listen, receiveCommitted } from './events'
import { reloadImage } from './images'
import { keptChoicesIn } from './kept-choices'
import { lastImagesIn } from './last-image'
import { notify, notifyError } from './notices'
import { transactionName } from './names'
import { loadModels, loadRecent, openSample, showProject } from './project'
import { SaveQueue } from './save-queue'
import { createPointerStore, createStudioStore, setState, stateOf } from './studio'
import type { Studio, StudioSources } from './studio'

export const browserSources: StudioSources = {
  now: () => Date.now(),
  newId: () => crypto.randomUUID(),
  ...lastImagesIn(() => localStorage),
  ...keptChoicesIn(() => localStorage)
}

export function createStudio(rpc: Rpc, t: Translate, sources: StudioSources): Studio {
  const queue = new SaveQueue({
    async send(transaction) {
      await confirmProject(studio)
      return rpc.call('document.apply', { transaction })
    },
    onState: (save, pending) => setState(studio, { save, pending }),
    onCommitted: (committed) => receiveCommitted(studio, committed),
    onConflict: (dropped, error) => {
      notify(studio, {
        level: 'warning',
        message: t('save.conflict', { count: dropped.length }),
        nextStep: error.nextStep ?? t('save.conflictNext')
      })
      void reloadImage(studio)
    },
    onRefused(dropped, error) {
      const names = new Set(dropped.map(({ label }) => transactionName(t, label)))
      notify(studio, {
        level: 'error',
        message: t('save.refused', { count: dropped.length, names: [...names].join(', '), reason: error.message }),
        nextStep: t('save.refusedNext')
      })
      void reloadImage(studio)
    }
  })
  const studio: Studio = {
    rpc,
    store: createStudioStore(),
    pointer: createPointerStore(),
    sources,
    t,
    handles: { canvas: null, composer: null },
    queue,
    seen: new Set(),
    confirmation: { current: Promise.resolve() },
    timers: new Map()
  }
  return studio
}

/**
 * Brings a window up: what the app is, what is open already, else the start screen. The very first
 * run goes straight to the sample project, so that there is something to look at.
 */
export async function startStudio(studio: Studio): Promise<() => void> {
  const stop = listen(studio)
  try {
    const app = await studio.rpc.call('app.info', {})
    setState(studio, { app, settings: app.settings })
    const [project] = await Promise.all([studio.rpc.call('project.info', {}), loadRecent(studio)])
    void loadModels(studio).catch((reason: unknown) => notifyError(studio, describeError(reason)))
    if (project) await showProject(studio, project)
    else if (stateOf(studio).recent.length === 0 && (await openSample(studio))) return stop
    else setState(studio, { screen: 'start' })
  } catch (reason) {
    setState(studio, { screen: 'start', startError: describeError(reason) })
  }
  return stop
}
