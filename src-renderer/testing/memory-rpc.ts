/**
 * @file A core in memory for tests of the window: the same answers, conflicts and events as the real
 * one, without disk and model. Never part of the product bundle.
 */
import { applyToDocument, applyToLabels } from '../../src-shared/document/apply'
import { invertTransaction } from '../../src-shared/document/invert'
import type { ImageDocument, LabelRecord } from '../../src-shared/document/records'
import type { Committed, JournalKind, Transaction } from '../../src-shared/document/transaction'
import { AppError } from '../../src-shared/errors'
import { leastConfidence } from '../app/state/certainty'
import type {
  Contract,
  EventName,
  Events,
  ImageFilter,
  Method,
  Params,
  ProjectInfo,
  Result,
  Rpc
} from '../../src-shared/ipc/contract'

type Handlers = { [M in Method]?: (params: Params<M>) => Result<M> | Promise<Result<M>> }

export interface MemoryCore extends Rpc {
  readonly documents: Map<string, ImageDocument>
  labels: readonly LabelRecord[]
  /** Answers a test gives instead of the usual ones; throwing is failing. */
  readonly override: Handlers
  readonly calls: Method[]
  emit<E extends EventName>(event: E, value: Events[E]): void
  setConnection(state: 'connected' | 'lost'): void
  commit(transaction: Transaction, kind?: JournalKind): Committed
}

export const memoryImage = (id: string, name = `${id}.png`): ImageDocument => ({
  image: {
    id,
    relativePath: name,
    contentHash: null,
    sizeBytes: 1000,
    size: { width: 400, height: 200 },
    orientation: 1,
    status: 'ok',
    statusReason: null
  },
  regions: [],
  dialogues: [],
  turns: [],
  relations: [],
  review: { id, done: false }
})

export function createMemoryCore(images: readonly ImageDocument[]): MemoryCore {
  const documents = new Map(images.map((document) => [document.image.id, document]))
  const listeners = new Map<EventName, Set<(value: never) => void>>()
  const connectionListeners = new Set<(state: 'connected' | 'lost') => void>()
  const undoStack: Transaction[] = []
  const redoStack: Transaction[] = []
  let seq = 0

  const info = (): ProjectInfo => ({
    id: 'project',
    name: 'Memory',
    displayPath: '~/memory.eyrie',
    imageRootDisplay: '~/memory',
    counts: { images: documents.size, unreadable: 0, regions: 0, proposals: 0, turns: 0, done: 0 },
    readOnly: false,
    readOnlyReason: null,
    lastSeq: seq,
    history: history()
  })
  const history = (): ProjectInfo['history'] => ({
    undoLabel: undoStack.at(-1)?.label ?? null,
    redoLabel: redoStack.at(-1)?.label ?? null
  })

  const shows = (document: ImageDocument, filter: ImageFilter): boolean => {
    if (filter === 'todo') return !document.review.done
    if (filter === 'done') return document.review.done
    if (filter === 'proposals') return document.regions.some((region) => region.state === 'proposed')
    return filter === 'all' || document.image.status !== 'ok'
  }

  const core: MemoryCore = {
    documents,
    labels: [],
    override: {},
    calls: [],
    emit: (event, value) => listeners.get(event)?.forEach((listener) => listener(value as never)),
    setConnection: (state) => connectionListeners.forEach((listener) => listener(state)),
    commit(transaction, kind = 'edit') {
      const conflict = new AppError('store/conflict', 'The record was changed by someone else.')
      const document = transaction.imageId === null ? undefined : documents.get(transaction.imageId)
      const applied = document && applyToDocument(document, transaction)
      const labels = applyToLabels(core.labels, transaction)
      if (applied?.ok === false || !labels.ok) throw conflict
      if (applied?.ok) documents.set(applied.value.image.id, applied.value)
      core.labels = labels.value
      seq++
      if (kind === 'edit') {
        undoStack.push(transaction)
        redoStack.length = 0
      }
      const committed: Committed = { seq, kind, transaction }
      core.emit('document.committed', { committed, history: history() })
      return committed
    },
    async call(method, params) {
      core.calls.push(method)
      await Promise.resolve()
      const handler = core.override[method] ?? usual[method]
      if (!handler) throw new AppError('memory/unknown', `the memory core does not know ${method}`)
      return handler(params as never) as Result<typeof method>
    },
    on(event, listener) {
      const set = listeners.get(event) ?? new Set()
      listeners.set(event, set.add(listener as never))
      return () => set.delete(listener as never)
    },
    onConnection(listener) {
      connectionListeners.add(listener)
      return () => connectionListeners.delete(listener)
    }
  }

  const travel = (from: Transaction[], to: Transaction[], kind: 'undo' | 'redo'): Committed | null => {
    const transaction = from.pop()
    if (!transaction) return null
    to.push(transaction)
    const applied =
      kind === 'undo' ? invertTransaction(transaction, { id: `${kind}-${seq}`, createdAtMs: 0 }) : transaction
    return core.commit(applied, kind)
  }

  const usual: Handlers = {
    'app.info': () => ({
      version: '0.0.0',
      shell: 'serve',
      platform: 'test',
      nodeVersion: '0',
      locale: 'en',
      folderPicker: 'browse',
      settings: {
        theme: 'dark',
        language: 'en',
        modelId: null,
        modelSource: null,
        showRejected: false,
        leastCertainFirst: false
      }
    }),
    'settings.set': (patch) => ({
      theme: 'dark',
      language: 'en',
      modelId: null,
      modelSource: null,
      showRejected: false,
      leastCertainFirst: false,
      ...patch
    }),
    'project.info': info,
    'project.openSample': info,
    'project.open': info,
    'project.openFolder': info,
    'project.rescan': info,
    'project.close': () => null,
    'project.recent': () => [],
    'images.list': ({ filter, order, offset, limit }) => {
      const found = [...documents.values()].filter((document) => shows(document, filter))
      if (order === 'certainty')
        found.sort((a, b) => (leastConfidence(a.regions) ?? 2) - (leastConfidence(b.regions) ?? 2))
      const items = found.slice(offset, offset + limit).map((document) => ({
        image: document.image,
        regionCount: document.regions.filter((region) => region.state !== 'rejected').length,
        proposalCount: document.regions.filter((region) => region.state === 'proposed').length,
        leastConfidence: leastConfidence(document.regions),
        turnCount: document.turns.length,
        done: document.review.done
      }))
      return { total: found.length, items }
    },
    'document.get': ({ imageId }) => {
      const document = documents.get(imageId)
      if (!document) throw new AppError('image/not-found', `There is no image ${imageId}.`)
      return document
    },
    'labels.list': () => core.labels,
    'document.apply': ({ transaction }) => core.commit(transaction),
    'history.undo': () => travel(undoStack, redoStack, 'undo'),
    'history.redo': () => travel(redoStack, undoStack, 'redo'),
    'models.list': () => []
  } satisfies { [M in Method]?: (params: Contract[M]['params']) => Contract[M]['result'] }
  return core
}
