/**
 * @file The core: everything a window may ask, over the rooms it is given. One core has one open
 * project; all windows of a shell share it.
 */
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { AppError } from '../../src-shared/errors'
import type { ImageDocument } from '../../src-shared/document/records'
import type { Committed, Transaction } from '../../src-shared/document/transaction'
import { resolveInside } from '../files/inside'
import { createAssetFetch } from './assets'
import type { Core, CoreOptions, Handlers } from './core-options'
import { createBuildRequests } from './build-requests'
import { createDialogues } from './dialogue'
import { createExports } from './export-requests'
import { createFileHandles } from './file-handles'
import { listFolder } from './folders'
import { createImports } from './imports'
import { mergeLabel } from './label-merge'
import { createLints } from './lint/lints'
import { storeHandlers } from './model-store'
import { displayPath } from './places'
import { createMaskRequests } from './mask-requests'
import { createProjects } from './projects'
import { createRecentList } from './recent'
import { createSessions } from './session'
import type { Session } from './session'
import { isUnseen, seeOne } from './register-images'
import { createSettings } from './settings'

export function createCore(options: CoreOptions): Core {
  const { dataDir, homeDir, inference, endpoints, media, modelStore, emit, pickFolder } = options
  const now = options.now ?? Date.now
  const newId = options.newId ?? randomUUID
  const handles = createFileHandles()
  const settings = createSettings(dataDir, emit)
  const recent = createRecentList(dataDir, emit)
  const sessions = createSessions(emit, homeDir)
  const masks = createMaskRequests({ sessions, inference, media, now, newId })
  const dialogues = createDialogues({ sessions, inference, media, settings, emit, now, newId })
  const exports = createExports({ sessions, handles, media, homeDir, emit })
  const imports = createImports({ sessions, handles, media, emit, now })
  const builds = createBuildRequests({ sessions, endpoints, emit, now })
  const lints = createLints({ sessions, media, emit })
  const projects = createProjects({
    ...options,
    sessions,
    recent,
    now,
    beforeClose: async (session) => {
      await Promise.all([
        dialogues.endAll(session),
        masks.stop(),
        exports.stop(),
        imports.stop(),
        builds.stop(),
        lints.stop()
      ])
    }
  })
  const stopListening = inference.onStatus((status) => emit('model.status', status))
  const warned = createReplacedWarning()
  let closing: Promise<void> | null = null

  async function getDocument(session: Session, imageId: string): Promise<ImageDocument> {
    const stored = await session.store.getDocument(imageId)
    const document = isUnseen(stored.image)
      ? { ...stored, image: await seeOne(session.store, stored.image, media) }
      : stored
    // Not waited for: a change committed meanwhile would reach the window before this older document.
    void warned.check(session, document).then((message) => {
      if (message === null || session.closed) return
      const nextStep = 'Check that its regions still fit, then look at the folder again.'
      emit('notice', { level: 'warning', code: 'image/replaced', message, nextStep, data: { imageId } })
    })
    return document
  }

  const handlers: Handlers = {
    'app.info': async () => ({ ...options.app, settings: await settings.get() }),
    'settings.set': (patch) => settings.set(patch),

    'files.pickFolder': async () => {
      if (pickFolder === undefined) {
        throw new AppError('shell/no-native-dialog', 'This shell has no folder dialog of the system.', {
          nextStep: 'Choose the folder in the list.'
        })
      }
      const folder = await pickFolder()
      return folder === null ? null : listFolder(folder, handles, homeDir)
    },
    'files.list': ({ handle }) =>
      listFolder(handle === null ? homeDir : handles.resolve('folder', handle), handles, homeDir),

    'project.openSample': () => projects.openSample(),
    'project.openFolder': async ({ folder }) => projects.openFolder(handles.resolve('folder', folder)),
    'project.open': async ({ file }) => projects.openFile(handles.resolve('project', file)),
    'project.recent': async () =>
      (await recent.list()).map(({ path, name, openedAtMs, missing }) => ({
        handle: handles.give('project', path),
        name,
        displayPath: displayPath(path, homeDir),
        openedAtMs,
        missing
      })),
    'project.info': async () => {
      const session = sessions.current()
      return session === null ? null : sessions.info(session)
    },
    'project.close': async () => {
      await projects.close()
      return null
    },
    'project.rescan': () => projects.rescan(),

    'images.list': async (query) => sessions.need().store.listImages(query),
    'document.get': async ({ imageId }) => getDocument(sessions.need(), imageId),
    'labels.list': async () => sessions.need().store.listLabels(),
    'labels.merge': async ({ labelId, into }) => {
      const session = sessions.need()
      const apply = (transaction: Transaction): Promise<Committed> => sessions.apply(session, transaction)
      return mergeLabel(session.store, apply, labelId, into, { newId, nowMs: now() })
    },

    'document.apply': async ({ transaction }) => sessions.apply(sessions.need(), transaction),
    'history.undo': async () => sessions.undo(sessions.need()),
    'history.redo': async () => sessions.redo(sessions.need()),

    'models.list': () => inference.listModels(),
    'models.probe': () => inference.probe(),
    'models.inspect': ({ modelId }) => inference.inspect(modelId, true),
    ...storeHandlers({ modelStore, handles, emit }),

    'endpoints.list': () => endpoints.list(),
    'endpoints.put': (draft) => endpoints.put(draft),
    'endpoints.allow': ({ id, hosts }) => endpoints.allow(id, hosts),
    'endpoints.remove': async ({ id }) => {
      await endpoints.remove(id)
      return null
    },
    'endpoints.check': ({ id }) => endpoints.check(id),

    'dialogue.preview': (params) => dialogues.preview(params),
    'dialogue.ask': (params) => dialogues.ask(params),
    'dialogue.cancel': async ({ requestId }) => ({ cancelled: await dialogues.cancel(requestId) }),

    'mask.make': (params) => masks.make(params),
    'mask.cancel': async ({ requestId }) => ({ cancelled: await masks.cancel(requestId) }),

    'export.formats': async () => exports.formats(),
    'export.run': (params) => exports.run(params),
    'export.cancel': async ({ requestId }) => ({ cancelled: exports.cancel(requestId) }),

    'import.formats': async () => imports.formats(),
    'import.place': async () => handles.give('folder', sessions.need().store.imageRoot),
    'import.run': (params) => imports.run(params),
    'import.cancel': async ({ requestId }) => ({ cancelled: imports.cancel(requestId) }),

    'build.recipes': async () => builds.recipes(),
    'build.preview': (params) => builds.preview(params),
    'build.contexts': (params) => builds.contexts(params),
    'build.ask': (params) => builds.ask(params),
    'build.write': (params) => builds.write(params),
    'build.cancel': async ({ requestId }) => ({ cancelled: builds.cancel(requestId) }),

    'lint.rules': async () => lints.rules(),
    'lint.run': (params) => lints.run(params),
    'lint.cancel': async ({ requestId }) => ({ cancelled: lints.cancel(requestId) }),
    'lint.list': async (params) => lints.list(params),
    'lint.counts': async (params) => lints.counts(params),
    'lint.image': (params) => lints.image(params)
  }

  return {
    handlers,
    assetFetch: createAssetFetch(sessions, media),
    openPath: (path) => projects.openPath(path),
    close() {
      closing ??= projects
        .close()
        .finally(stopListening)
        .finally(() => lints.close())
      return closing
    }
  }
}

/** B6: an image whose file has another size than the one that was labelled is told of, once per open. */
function createReplacedWarning() {
  const told = new WeakMap<Session, Set<string>>()
  return {
    async check(session: Session, { image, regions }: ImageDocument): Promise<string | null> {
      const known = told.get(session) ?? new Set()
      told.set(session, known)
      if (regions.length === 0 || image.status !== 'ok' || known.has(image.id)) return null
      try {
        const { size } = await stat(await resolveInside(session.store.imageRoot, image.relativePath))
        if (size === image.sizeBytes || known.has(image.id)) return null
      } catch {
        // Gone or locked: asking for the picture itself says so, with the reason.
        return null
      }
      known.add(image.id)
      return `${image.relativePath} is another file than the one its regions were drawn on.`
    }
  }
}
