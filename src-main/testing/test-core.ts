/** @file A core in a temporary folder: real store, real media host, scripted answers. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { EventName, Events, ProjectInfo } from '../../src-shared/ipc/contract'
import { createCore } from '../core/core'
import type { Core } from '../core/core-options'
import { createEndpointRoom } from '../endpoints/room'
import { createMediaService } from '../media/service'
import type { MediaHost, ProjectStore } from '../core/ports'
import { openProject } from '../store/client'
import { createScriptedInference } from './scripted-inference'
import type { ScriptedInference } from './scripted-inference'
import { createModelStoreRoom } from '../model-store/room'
import { spawnFromSource } from './spawn-from-source'
import { writePicture } from './pictures'

export interface TestCore {
  readonly core: Core
  readonly folder: string
  readonly imagesDir: string
  readonly dataDir: string
  readonly inference: ScriptedInference
  readonly media: MediaHost
  events<E extends EventName>(event: E): Events[E][]
  notices(): string[]
  /** Opens `imagesDir` through the handles a window would use. */
  open(): Promise<ProjectInfo>
  imageIds(): Promise<string[]>
  /** Ends this core and starts another one over the same folders. */
  restart(): Promise<TestCore>
  remove(): Promise<void>
}

/** One media host for all cores of a test file: it holds nothing of theirs. */
let sharedMedia: { readonly media: MediaHost; readonly cacheDir: string } | null = null

async function mediaForTests(): Promise<MediaHost> {
  if (sharedMedia === null) {
    const cacheDir = await mkdtemp(join(tmpdir(), 'eyrie-cache-'))
    sharedMedia = { media: createMediaService({ spawnHost: spawnFromSource, cacheDir }), cacheDir }
  }
  return sharedMedia.media
}

/** Call once, after all tests of a file. */
export async function closeTestMedia(): Promise<void> {
  await sharedMedia?.media.close()
  if (sharedMedia !== null) await rm(sharedMedia.cacheDir, { recursive: true, force: true })
  sharedMedia = null
}

async function startCore(
  folder: string,
  inference: ScriptedInference,
  sampleDir: string,
  wrapStore: WrapStore
): Promise<TestCore> {
  const seen: { readonly event: EventName; readonly value: unknown }[] = []
  const [imagesDir, dataDir] = [join(folder, 'scans'), join(folder, 'data')]
  const media = await mediaForTests()
  const core = createCore({
    dataDir,
    homeDir: folder,
    sampleDir,
    app: { version: '0', shell: 'serve', platform: 'test', nodeVersion: '0', locale: 'en', folderPicker: 'browse' },
    openProject: async (path, create) => wrapStore(await openProject(path, create === undefined ? {} : { create })),
    ...createEndpointRoom({ dataDir, media, local: inference }),
    media,
    modelStore: createModelStoreRoom({
      storeDir: join(dataDir, 'models'),
      places: [],
      manifestsDir: join(folder, 'manifests')
    }),
    emit: (event, value) => void seen.push({ event, value })
  })
  const { handlers } = core
  const self: TestCore = {
    core,
    folder,
    imagesDir,
    dataDir,
    inference,
    media,
    events: <E extends EventName>(event: E) => seen.filter((e) => e.event === event).map((e) => e.value as Events[E]),
    notices: () => self.events('notice').map(({ code }) => code),
    async open() {
      const home = await handlers['files.list']({ handle: null })
      const scans = home.folders.find(({ name }) => name === basename(imagesDir))
      return handlers['project.openFolder']({ folder: scans?.handle ?? '' })
    },
    async imageIds() {
      const { items } = await handlers['images.list']({ filter: 'all', offset: 0, limit: 1000 })
      return items.map(({ image }) => image.id)
    },
    async restart() {
      await core.close()
      return startCore(folder, inference, sampleDir, wrapStore)
    },
    async remove() {
      await core.close()
      await rm(folder, { recursive: true, force: true })
    }
  }
  return self
}

/** Puts something between the core and its store, to make happen what is a matter of luck otherwise. */
export type WrapStore = (store: ProjectStore) => ProjectStore

/** `images`: names of pictures of 640×480 to make, or a function that fills the folder. */
export async function createTestCore(
  images: readonly string[] | ((imagesDir: string) => Promise<void>) = ['a.jpg'],
  sampleDir = '',
  wrapStore: WrapStore = (store) => store
): Promise<TestCore> {
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-core-'))
  const imagesDir = join(folder, 'scans')
  await mkdir(imagesDir)
  if (typeof images === 'function') await images(imagesDir)
  else for (const name of images) await writePicture(join(imagesDir, name), { width: 640, height: 480 })
  return startCore(folder, createScriptedInference(), sampleDir, wrapStore)
}
