/** @file The model store as a window asks for it: of what it was shown, told step by step. */
import type { StoreProgress } from '../../src-shared/ipc/contract'
import type { Handlers } from './core-options'
import type { FileHandles } from './file-handles'
import type { Emit, ModelStoreRoom } from './ports'

const TOLD_EVERY_MS = 200

/** Progress at most a few times a second; each file's first and each phase's last are always told. */
function telling(emit: Emit, requestId: string): (progress: StoreProgress) => void {
  let last = -Infinity
  let told: StoreProgress | null = null
  return (progress) => {
    const now = performance.now()
    const isNew = progress.phase !== told?.phase || progress.file !== told.file
    if (!isNew && progress.done < progress.total && now - last < TOLD_EVERY_MS) return
    last = now
    told = progress
    emit('models.progress', { requestId, ...progress })
  }
}

type StoreHandlers = Pick<
  Handlers,
  | 'models.known'
  | 'models.survey'
  | 'models.get'
  | 'models.look'
  | 'models.keep'
  | 'models.drop'
  | 'models.remove'
  | 'models.cancel'
>

export function storeHandlers(options: {
  readonly modelStore: ModelStoreRoom
  readonly handles: FileHandles
  readonly emit: Emit
}): StoreHandlers {
  const { modelStore, handles, emit } = options
  return {
    'models.known': () => modelStore.view(),
    'models.survey': (wanted) => modelStore.survey(wanted),
    'models.get': async (wanted) => {
      const { id, notes } = await modelStore.get(wanted, telling(emit, wanted.requestId))
      return { id, notes }
    },
    'models.look': ({ requestId, source }) => {
      const path = handles.resolve(source.startsWith('data-') ? 'data' : 'folder', source)
      return modelStore.look({ requestId, path }, telling(emit, requestId))
    },
    'models.keep': async ({ token, isLicenceAccepted }) => {
      const { id } = await modelStore.keep(token, isLicenceAccepted)
      return { id }
    },
    'models.drop': async ({ token }) => {
      await modelStore.drop(token)
      return null
    },
    'models.remove': async ({ id }) => {
      await modelStore.remove(id)
      return null
    },
    'models.cancel': async ({ requestId }) => ({ cancelled: modelStore.cancel(requestId) })
  }
}
