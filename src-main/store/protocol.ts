/** @file What the store's client and its worker threads say to each other. Plain structured-clone data. */
import type {
  ImageDocument,
  ImageId,
  ImageRecord,
  LabelRecord,
  DialogueId,
  TurnRecord
} from '../../src-shared/document/records'
import type { Committed, HistoryState, Transaction } from '../../src-shared/document/transaction'
import type { ErrorData } from '../../src-shared/errors'
import type { ImageFilter, ImageListItem, ImageOrder, ProjectInfo } from '../../src-shared/ipc/contract'
import type { ImportProgress, ImportRules, ReplayStep } from '../core/ports'
import type { PackedItems } from './import/packed-items'
import type { OpenRequest } from './open-project'

export interface OpeningNotice {
  readonly code: string
  readonly message: string
  readonly nextStep: string | null
}

/** Facts of an open, sent once by a worker that is ready. */
export interface OpenedFacts {
  readonly imageRoot: string
  readonly readOnlyReason: string | null
  readonly notices: readonly OpeningNotice[]
  /** What the side tasks must open: the project, or the temporary copy that is read instead. */
  readonly databasePath: string
}

export type StoredInfo = Omit<ProjectInfo, 'displayPath' | 'imageRootDisplay'>

/** The calls of a session, all answered by one worker in the order they came. */
export interface SessionMethods {
  info(): StoredInfo
  registerImages(images: readonly Omit<ImageRecord, 'id'>[]): { added: number; updated: number; missing: number }
  listImages(query: {
    readonly filter: ImageFilter
    readonly order?: ImageOrder
    readonly offset: number
    readonly limit: number
  }): {
    total: number
    items: readonly ImageListItem[]
  }
  getImage(id: ImageId): ImageRecord | null
  unseenImages(from: number): { readonly images: readonly ImageRecord[]; readonly next: number | null }
  setImageFacts(images: readonly ImageRecord[]): null
  getDocument(id: ImageId): ImageDocument
  /** Begins to read all documents as they are now; edits made meanwhile are not seen. Returns a name for the next two. */
  openDocuments(which: 'annotated' | 'all'): string
  /** Empty at the end. */
  nextDocuments(stream: string): readonly ImageDocument[]
  closeDocuments(stream: string): null
  getTurns(dialogueId: DialogueId): readonly TurnRecord[]
  listLabels(): readonly LabelRecord[]
  apply(transaction: Transaction): Committed
  undo(): ReplayStep
  redo(): ReplayStep
  /** Goes on with an undo or redo that is not done. */
  replayMore(): ReplayStep
  history(): HistoryState
  importBegin(rules: ImportRules): null
  importAdd(batch: PackedItems): null
  importFacts(images: readonly ImageRecord[]): null
  importFinish(): ImportProgress
  importCancel(): null
  close(): null
}
export type SessionMethod = keyof SessionMethods

export interface Finding {
  readonly code: string
  readonly message: string
}
export interface BackupReport {
  readonly path: string
  readonly sizeBytes: number
  readonly images: number
  readonly regions: number
}

/** Work that reads the whole file: each in a worker and a connection of its own, so that edits never wait for it. */
export type SideTask =
  | { readonly task: 'check'; readonly path: string }
  | { readonly task: 'answer-edits'; readonly path: string }
  | { readonly task: 'backup'; readonly path: string; readonly destination: string }

export type WorkerRole = ({ readonly role: 'session' } & OpenRequest) | ({ readonly role: 'task' } & SideTask)

export interface Request {
  readonly id: number
  readonly method: SessionMethod
  readonly params: readonly unknown[]
}
/** `id` 0 answers the start itself: `OpenedFacts` of a session, the result of a task. */
export type Answer =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly error: PortableError }

export interface PortableError {
  /** null: not an `AppError`, a mistake of the program. */
  readonly code: string | null
  readonly message: string
  readonly nextStep: string | null
  readonly data: ErrorData
}
