/**
 * @file The store as the rest of the app sees it. Runs on the caller's thread, holds no connection
 * and no SQL: every call becomes a message to the project's worker thread.
 */
import { randomUUID } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Committed } from '../../src-shared/document/transaction'
import { AppError } from '../../src-shared/errors'
import type { AnswerEdit, ProjectStore, ReplayProgress } from '../core/ports'
import { blocksOf, packItems } from './import/packed-items'
import type { OpenRequest } from './open-project'
import type { NewProject } from './project-file'
import type { BackupReport, Finding, OpenedFacts, SessionMethod, SessionMethods, SideTask } from './protocol'
import { findStoreWorker, WorkerThread } from './worker-thread'

export interface OpenProjectOptions {
  /** Makes the project when there is no file at the path; an existing file is opened as it is. */
  readonly create?: NewProject
  /** When another process has it open: `refuse` (default, `store/locked`), `read-only`, or `take-over`, which ends the other's writing. */
  readonly whenLocked?: OpenRequest['whenLocked']
  /** How long a change waits for another program's lock before `store/busy`. */
  readonly busyTimeoutMs?: number
  /** For tests: another worker entry. */
  readonly workerUrl?: URL
}

/**
 * Opens a project file, or makes it. Rejects with `AppError`: `store/not-found`, `store/empty-file`,
 * `store/not-a-project`, `store/newer-version`, `store/unknown-schema`, `store/corrupt`,
 * `store/locked`, `store/cannot-create`, `store/node-too-old`, `store/sqlite-too-old`, … A file that
 * is refused is left byte-identical.
 */
export async function openProject(path: string, options: OpenProjectOptions = {}): Promise<ProjectStore> {
  const absolute = await canonicalPath(path)
  // By its real name, so that it is seen to lie below the project whatever link led there.
  const imageRoot = options.create && (await canonicalPath(options.create.imageRoot))
  const create = options.create && imageRoot ? { name: options.create.name, imageRoot } : null
  // No await between this look and the entry below.
  // See "One process, one SQLite" in database.ts: nothing may touch a file this process has open.
  if (openPaths.has(absolute)) {
    throw new AppError('store/locked', `${absolute} is open in this app already (process ${process.pid}).`, {
      nextStep: 'Use the window that has it open.',
      data: { path: absolute, pid: process.pid, ownProcess: true }
    })
  }
  const request: OpenRequest = {
    path: absolute,
    create,
    whenLocked: options.whenLocked ?? 'refuse',
    token: randomUUID(),
    busyTimeoutMs: options.busyTimeoutMs ?? 5_000
  }
  openPaths.add(absolute)
  try {
    return await startStore(request, options.workerUrl ?? findStoreWorker())
  } catch (error) {
    openPaths.delete(absolute)
    throw error
  }
}

const openPaths = new Set<string>()

/** One name per file, whatever links lead to it. The file itself may not exist yet; its folder must. */
async function canonicalPath(path: string): Promise<string> {
  const absolute = resolve(path)
  for (const [existing, rest] of [
    [absolute, ''],
    [dirname(absolute), basename(absolute)]
  ] as const) {
    try {
      return join(await realpath(existing), rest)
    } catch (error) {
      // Not there, or not to be looked at: opening it will say so by name.
      void error
    }
  }
  return absolute
}

/** Without an answered call between them. */
const maxDeathsInARow = 3

async function startStore(request: OpenRequest, workerUrl: URL): Promise<ProjectStore> {
  const begin = (again: boolean): WorkerThread =>
    new WorkerThread({ role: 'session', ...request, ...(again ? { create: null } : {}) }, workerUrl)

  let thread = begin(false)
  const facts = (await thread.started) as OpenedFacts
  let ready: Promise<unknown> = Promise.resolve()
  let deaths = 0
  let closing: Promise<void> | null = null

  /** A dead worker is replaced on the next call; one that keeps dying is not. */
  const living = async (): Promise<WorkerThread> => {
    await (thread.hasEnded ? thread.ended : null)
    if (thread.hasEnded) {
      if (deaths >= maxDeathsInARow) {
        throw new AppError('store/worker-died', `The store of ${request.path} stopped ${deaths} times in a row.`, {
          nextStep: 'Close the project and open it again; what was reported as saved is saved.',
          data: { path: request.path, deaths }
        })
      }
      deaths += 1
      thread = begin(true)
      ready = thread.started
    }
    await ready
    return thread
  }

  const call = async <M extends SessionMethod>(
    method: M,
    ...params: Parameters<SessionMethods[M]>
  ): Promise<ReturnType<SessionMethods[M]>> => send(method, params)

  const send = async <M extends SessionMethod>(
    method: M,
    params: Parameters<SessionMethods[M]>,
    moved: readonly ArrayBuffer[] = []
  ): Promise<ReturnType<SessionMethods[M]>> => {
    if (closing) throw closedError(request.path)
    // A live worker gets the message in this turn: calls arrive in the order they were made.
    const target = thread.hasEnded ? await living() : thread
    const result = await target.send(method, params, moved)
    // It does its work again; an answered error leaves the count as it is, which is on the safe side.
    deaths = 0
    return result as ReturnType<SessionMethods[M]>
  }

  /** The undo or redo that is on its way. */
  let replaying: Promise<unknown> | null = null

  /** Changes wait for an undo that goes on in parts; without one they go in this turn. */
  const afterReplay = async <T>(work: () => Promise<T>): Promise<T> => {
    while (replaying !== null) await replaying.catch(() => undefined)
    return work()
  }

  const replay = async (direction: 'undo' | 'redo', onProgress?: ReplayProgress): Promise<Committed | null> => {
    let step = await call(direction)
    while (step.state === 'more') {
      onProgress?.({ done: step.done, total: step.total })
      step = await call('replayMore')
    }
    return step.committed
  }

  const inReplay = async (direction: 'undo' | 'redo', onProgress?: ReplayProgress): Promise<Committed | null> =>
    afterReplay(() => {
      const running = replay(direction, onProgress).finally(() => (replaying = null))
      replaying = running
      return running
    })

  const side = async <T>(task: SideTask): Promise<T> => {
    if (closing) throw closedError(request.path)
    const worker = new WorkerThread({ role: 'task', ...task }, workerUrl)
    const done = worker.started.finally(() => sides.delete(done))
    sides.add(done)
    return (await done) as T
  }
  const sides = new Set<Promise<unknown>>()

  const close = async (): Promise<void> => {
    // A backup or check on its way ends first; its error belongs to who asked for it.
    await Promise.allSettled(sides)
    try {
      await (await living()).send('close', [])
    } finally {
      await thread.ended
      openPaths.delete(request.path)
    }
  }

  return {
    path: request.path,
    imageRoot: facts.imageRoot,
    readOnly: facts.readOnlyReason !== null,
    readOnlyReason: facts.readOnlyReason,
    openingNotices: facts.notices,
    info: () => call('info'),
    registerImages: (images) => afterReplay(() => call('registerImages', images)),
    listImages: (query) => call('listImages', query),
    getImage: (id) => call('getImage', id),
    unseenImages: (from) => call('unseenImages', from),
    setImageFacts: async (images) => void (await afterReplay(() => call('setImageFacts', images))),
    getDocument: (id) => call('getDocument', id),
    documents: async function* (which) {
      const stream = await call('openDocuments', which)
      try {
        for (;;) {
          const page = await call('nextDocuments', stream)
          if (page.length === 0) return
          yield* page
        }
      } finally {
        // After a close there is nothing left to end.
        if (!closing) await call('closeDocuments', stream)
      }
    },
    getTurns: (dialogueId) => call('getTurns', dialogueId),
    listLabels: () => call('listLabels'),
    apply: (transaction) => afterReplay(() => call('apply', transaction)),
    undo: (onProgress) => inReplay('undo', onProgress),
    redo: (onProgress) => inReplay('redo', onProgress),
    history: () => call('history'),
    importBegin: async (rules) => void (await afterReplay(() => call('importBegin', rules))),
    importAdd: async (items) => {
      const packed = packItems(items)
      await send('importAdd', [packed], blocksOf(packed))
    },
    importFacts: async (images) => void (await call('importFacts', images)),
    importFinish: () => call('importFinish'),
    importCancel: async () => void (await call('importCancel')),
    answerEdits: () => side<readonly AnswerEdit[]>({ task: 'answer-edits', path: facts.databasePath }),
    check: () => side<readonly Finding[]>({ task: 'check', path: facts.databasePath }),
    backup: (path) => side<BackupReport>({ task: 'backup', path: facts.databasePath, destination: path }),
    close: () => (closing ??= close())
  }
}

function closedError(path: string): AppError {
  return new AppError('store/closed', `${path} is closed.`, { nextStep: 'Open it again.', data: { path } })
}
