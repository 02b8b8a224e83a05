/**
 * @file What a shell gives the core and what it gets back. A shell binds `handlers` to its
 * transport, `assetFetch` to its same-origin GETs, and passes `emit` on to every window.
 *
 *   const core = composeCore({ dataDir, homeDir, sampleDir, shippedModelsDir, app, spawnHost, emit })
 *   await core.handlers['project.openSample']({})
 */
import type { AppInfo, Method, Params, ProjectInfo, Result } from '../../src-shared/ipc/contract'
import type { Emit, EndpointRoom, InferenceService, MediaHost, ModelStoreRoom, ProjectStore, SpawnHost } from './ports'

export type Handlers = { readonly [M in Method]: (params: Params<M>) => Promise<Result<M>> }

/** Opens a project file; `create` is used only when there is none. `imageRoot` is absolute. Rejects with `store/...`. */
export type OpenProject = (
  path: string,
  create?: { readonly name: string; readonly imageRoot: string }
) => Promise<ProjectStore>

interface CorePlaces {
  /** The app's own writable folder: settings, recent list, caches, model store, the sample's copy. */
  readonly dataDir: string
  /** Where `files.list` starts. */
  readonly homeDir: string
  /** The shipped sample project's folder, read only. */
  readonly sampleDir: string
  readonly app: Omit<AppInfo, 'settings'>
  readonly emit: Emit
  /** The shell's own folder dialog; resolves to an absolute path, or null when the person cancelled. */
  readonly pickFolder?: () => Promise<string | null>
}

/** The core over rooms that are already there. The caller closes the rooms after the core. */
export interface CoreOptions extends CorePlaces {
  readonly openProject: OpenProject
  /** Of this computer and of servers. */
  readonly inference: InferenceService
  readonly endpoints: EndpointRoom
  readonly media: MediaHost
  readonly modelStore: ModelStoreRoom
  /** Milliseconds since the epoch; given by tests. */
  readonly now?: () => number
  readonly newId?: () => string
}

/** The core with its rooms made for it; `close` ends them too. What the shells call. */
export interface ComposeOptions extends CorePlaces {
  readonly spawnHost: SpawnHost
  /** Folder of the models that ship with the app (`models/`), read only. */
  readonly shippedModelsDir: string
}

export interface Core {
  /** Params must have passed `src-shared/ipc/schemas` already. */
  readonly handlers: Handlers
  /**
   * `GET /image/<id>` and `GET /thumb/<id>?size=N` of the open project; any other path is a 404.
   * Never rejects: errors are JSON bodies of `WireError` with a status.
   */
  assetFetch(request: Request): Promise<Response>
  /** Opens a project file or an image folder by path: for start-up arguments, never for windows. */
  openPath(path: string): Promise<ProjectInfo>
  /** Ends answers, closes the project (log checkpointed). Safe to call twice. */
  close(): Promise<void>
}

/** src-main/core/core.ts */
export type CreateCore = (options: CoreOptions) => Core
/** src-main/core/compose.ts */
export type ComposeCore = (options: ComposeOptions) => Core
