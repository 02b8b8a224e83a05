/** @file The rooms around the core, made from places and a way to start processes; and the core over them. */
import { join } from 'node:path'
import { createEndpointRoom } from '../endpoints/room'
import { createInferenceService, modelPlacesWithEnvironment } from '../inference/service'
import { createMediaService } from '../media/service'
import { createModelStoreRoom } from '../model-store/room'
import { openProject } from '../store/client'
import { createCore } from './core'
import type { ComposeOptions, Core, OpenProject } from './core-options'
import type { EndpointRoom, InferenceService, MediaHost, ModelStoreRoom, SpawnHost } from './ports'

export interface RoomsOptions {
  readonly dataDir: string
  readonly shippedModelsDir: string
  readonly spawnHost: SpawnHost
  /** Told when a file of the app itself could not be used and was set aside (B15). */
  readonly onBroken?: (message: string) => void
}

export interface Rooms {
  /** Of this computer and of servers. */
  readonly inference: InferenceService
  readonly endpoints: EndpointRoom
  readonly media: MediaHost
  readonly modelStore: ModelStoreRoom
  readonly openProject: OpenProject
  /** Ends the host processes. */
  close(): Promise<void>
}

/** `EYRIE_MODELS_FROM` names the source of models of this computer: a mirror, most likely. */
function sourceFromEnvironment(): { readonly defaultSource?: string } {
  const { EYRIE_MODELS_FROM: source } = process.env
  return source === undefined || source === '' ? {} : { defaultSource: source }
}

/** Where `models add` copies to. */
export const modelStoreDir = (dataDir: string): string => join(dataDir, 'models')

export const modelPlaces = ({ dataDir, shippedModelsDir }: Omit<RoomsOptions, 'spawnHost'>): readonly string[] => [
  shippedModelsDir,
  modelStoreDir(dataDir),
  // The package of the text reader has its files in one folder below its own.
  join(shippedModelsDir, '..', 'node_modules', '@gutenye', 'ocr-models')
]

/** Starts nothing yet: each room starts its process on first need. */
export function composeRooms(options: RoomsOptions): Rooms {
  const { spawnHost, dataDir, onBroken } = options
  const media = createMediaService({ spawnHost, cacheDir: join(dataDir, 'cache', 'media') })
  const local = createInferenceService({
    spawnHost,
    modelPlaces: modelPlaces(options),
    cacheDir: join(dataDir, 'cache', 'inference')
  })
  const { endpoints, inference } = createEndpointRoom({ dataDir, media, local, ...(onBroken && { onBroken }) })
  const modelStore = createModelStoreRoom({
    storeDir: modelStoreDir(dataDir),
    places: modelPlacesWithEnvironment(modelPlaces(options)),
    manifestsDir: join(options.shippedModelsDir, 'manifests'),
    ...sourceFromEnvironment()
  })
  return {
    inference,
    endpoints,
    media,
    modelStore,
    // B4: a project that another program has open can be looked at and exported, not written.
    openProject: (path, create) =>
      openProject(path, { whenLocked: 'read-only', ...(create === undefined ? {} : { create }) }),
    async close() {
      await Promise.all([inference.close(), media.close(), modelStore.close()])
    }
  }
}

export function composeCore(options: ComposeOptions): Core {
  const onBroken = (message: string): void =>
    options.emit('notice', {
      level: 'warning',
      code: 'app/settings-rebuilt',
      message,
      nextStep: 'Look through the model servers; projects and labels are not affected.',
      data: {}
    })
  const rooms = composeRooms({ ...options, onBroken })
  const core = createCore({ ...options, ...rooms })
  let closing: Promise<void> | null = null
  return {
    ...core,
    close() {
      closing ??= core.close().finally(() => rooms.close())
      return closing
    }
  }
}
