/** @file The rooms around the core, made from places and a way to start processes; and the core over them. */
import { join } from 'node:path'
import { createInferenceService } from '../inference/service'
import { createMediaService } from '../media/service'
import { openProject } from '../store/client'
import { createCore } from './core'
import type { ComposeOptions, Core, OpenProject } from './core-options'
import type { InferenceService, MediaHost, SpawnHost } from './ports'

export interface RoomsOptions {
  readonly dataDir: string
  readonly shippedModelsDir: string
  readonly spawnHost: SpawnHost
}

export interface Rooms {
  readonly inference: InferenceService
  readonly media: MediaHost
  readonly openProject: OpenProject
  /** Ends the host processes. */
  close(): Promise<void>
}

/** Where `models add` copies to. */
export const modelStoreDir = (dataDir: string): string => join(dataDir, 'models')

export const modelPlaces = ({ dataDir, shippedModelsDir }: Omit<RoomsOptions, 'spawnHost'>): readonly string[] => [
  shippedModelsDir,
  modelStoreDir(dataDir)
]

/** Starts nothing yet: each room starts its process on first need. */
export function composeRooms(options: RoomsOptions): Rooms {
  const { spawnHost, dataDir } = options
  const inference = createInferenceService({ spawnHost, modelPlaces: modelPlaces(options) })
  const media = createMediaService({ spawnHost, cacheDir: join(dataDir, 'cache', 'media') })
  return {
    inference,
    media,
    // B4: a project that another program has open can be looked at and exported, not written.
    openProject: (path, create) =>
      openProject(path, { whenLocked: 'read-only', ...(create === undefined ? {} : { create }) }),
    async close() {
      await Promise.all([inference.close(), media.close()])
    }
  }
}

export function composeCore(options: ComposeOptions): Core {
  const rooms = composeRooms(options)
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
