/**
 * @file The one list of what a window may ask of the core. Both shells (Electron IPC, loopback
 * WebSocket) carry exactly this; preload, handlers, validators and the renderer's `rpc` derive from
 * it. The renderer never names files: it holds handles that came from a picker or the project.
 */
import type { SmartResizeLimits } from '../dialects/kit/smart-resize'
import type { DialectSettings, DialectSpace, Loss } from '../dialects/dialect'
import type { Diagnostic, ErrorData } from '../errors'
import type { Committed, HistoryState, Transaction } from '../document/transaction'
import type { DialogueId, ImageDocument, ImageId, ImageRecord, LabelId, LabelRecord } from '../document/records'
import type { GroundedNode, GroundedText } from '../grounded/nodes'
import type { Calibration } from '../metrics/calibration'
import type { AnswerForm, AnswerFormKind } from '../prompts/answer-form'
import type { BuildContract, BuildEvents } from './contract/builds'
import type { CheckContract, CheckEvents } from './contract/checks'
import type { ExportContract, ExportEvents } from './contract/exports'
import type { ImportContract, ImportEvents } from './contract/imports'
import type { MaskContract } from './contract/masks'
import type { StoreContract, StoreEvents } from './contract/model-store'
import type { FileHandle, NoParams } from './contract/names'

export type * from './contract/builds'
export * from './contract/checks'
export type * from './contract/exports'
export type * from './contract/imports'
export type * from './contract/model-store'
export type { FileHandle } from './contract/names'

export interface AppInfo {
  readonly version: string
  readonly shell: 'electron' | 'serve'
  readonly platform: string
  readonly nodeVersion: string
  /** BCP 47, from the system. */
  readonly locale: string
  /** `native`: the shell has its own folder dialog; `browse`: use `files.list`. */
  readonly folderPicker: 'native' | 'browse'
  readonly settings: Settings
}

export interface Settings {
  readonly theme: 'system' | 'dark' | 'light'
  readonly language: 'system' | 'en' | 'zh-CN'
  readonly modelId: string | null
  /** Address that models are downloaded from; null: the usual one. */
  readonly modelSource: string | null
  /** Whether rejected proposals are drawn. */
  readonly showRejected: boolean
  /** Whether proposals, and the images that have some, come in the order of their confidence. */
  readonly leastCertainFirst: boolean
}

export interface ProjectInfo {
  readonly id: string
  readonly name: string
  /** For showing to the person; not accepted back. */
  readonly displayPath: string
  readonly imageRootDisplay: string
  readonly counts: {
    readonly images: number
    readonly unreadable: number
    readonly regions: number
    readonly proposals: number
    readonly turns: number
    readonly done: number
  }
  readonly readOnly: boolean
  readonly readOnlyReason: string | null
  readonly lastSeq: number
  readonly history: HistoryState
}

export interface RecentProject {
  readonly handle: FileHandle
  readonly name: string
  readonly displayPath: string
  readonly openedAtMs: number
  readonly missing: boolean
}

export interface FolderListing {
  readonly handle: FileHandle
  readonly displayPath: string
  readonly parent: FileHandle | null
  readonly folders: readonly { readonly handle: FileHandle; readonly name: string }[]
  /** `.eyrie` project files of the folder. */
  readonly projects: readonly { readonly handle: FileHandle; readonly name: string }[]
  readonly imageCount: number
  /** Files that may hold annotations, by their names; to be imported. */
  readonly files: readonly { readonly handle: FileHandle; readonly name: string; readonly sizeBytes: number }[]
  /** Files that may be a model each: archives, and detectors of one graph. */
  readonly models: readonly { readonly handle: FileHandle; readonly name: string; readonly sizeBytes: number }[]
}

export interface ImageListItem {
  readonly image: ImageRecord
  readonly regionCount: number
  readonly proposalCount: number
  /** The lowest among its open proposals, 0 to 1; null when none of them has one. */
  readonly leastConfidence: number | null
  readonly turnCount: number
  readonly done: boolean
}
export type ImageFilter = 'all' | 'todo' | 'done' | 'proposals' | 'problems'
/** As they came into the project, or by their least certain proposal (of the filter `proposals` only). */
export type ImageOrder = 'added' | 'certainty'

export interface ModelSummary {
  readonly id: string
  readonly name: string
  readonly revision: string
  readonly licence: string
  readonly dialect: string
  readonly space: DialectSpace
  /** How pictures are resized before the model sees them; only where its numbers count pixels of that. */
  readonly resizing?: SmartResizeLimits
  /** What the dialect must know of this very model to read its numbers. */
  readonly dialectSettings?: DialectSettings
  /** What the card says it can be asked, and what it cannot. */
  readonly examples: readonly string[]
  /** The same in other languages, by the first part of a language tag. */
  readonly examplesIn?: Readonly<Record<string, readonly string[]>>
  readonly cannot: readonly string[]
  readonly languages: readonly string[]
  /** Class names the model was trained on; empty = open vocabulary. */
  readonly classes: readonly string[]
  /** Forms its answers can be held to; of tools, only those that are told what to look for take labels; empty for servers. */
  readonly forms: readonly AnswerFormKind[]
  /** It makes masks of boxes and points, and answers no questions. */
  readonly makesMasks?: true
  readonly sizeBytes: number
  /** What its opinion of its own boxes is worth; `stale`: measured with other weights, and not used. Without: not measured. */
  readonly calibration?: Calibration | 'stale'
  readonly state: 'ready' | 'broken'
  readonly problem: { readonly code: string; readonly message: string; readonly nextStep: string } | null
  /** Only of a model on a server. */
  readonly endpoint?: { readonly hosts: readonly string[]; readonly isAllowed: boolean }
}

/** An OpenAI-compatible server as the person names it. */
export interface EndpointDraft {
  readonly id: string
  readonly name: string
  /** Up to what stands before `/chat/completions`; several are one model on several servers. */
  readonly baseUrls: readonly string[]
  /** The server's name of the model. */
  readonly model: string
  readonly dialect: string
  readonly space: DialectSpace
  /** Name of the environment variable that holds the key; null: it needs none. */
  readonly keyVariable: string | null
}
export interface EndpointInfo extends EndpointDraft {
  readonly hosts: readonly { readonly host: string; readonly isAllowed: boolean }[]
  /** All of its hosts are. */
  readonly isAllowed: boolean
}
export interface ServerCheck {
  readonly url: string
  readonly works: boolean
  /** What it said, or why it did not. */
  readonly detail: string
  /** Names of its models, as far as it tells. */
  readonly models: readonly string[]
}
export interface ProviderReport {
  readonly name: string
  readonly works: boolean
  /** Why not, or what was measured. */
  readonly detail: string
}

export interface AskResult {
  readonly committed: readonly Committed[]
  readonly status: 'complete' | 'partial' | 'failed'
  readonly statusReason: string | null
  readonly provider: string | null
  readonly diagnostics: readonly Diagnostic[]
}

/** method → params and result. Every method may reject with a wire error (see wire-error.ts). */
export interface Contract
  extends ExportContract, ImportContract, BuildContract, CheckContract, MaskContract, StoreContract {
  'app.info': { params: NoParams; result: AppInfo }
  'settings.set': { params: Partial<Settings>; result: Settings }

  /** Electron: native dialog. Serve: rejects with `shell/no-native-dialog`. null = cancelled. */
  'files.pickFolder': { params: NoParams; result: FolderListing | null }
  /** handle null: the person's home folder. */
  'files.list': { params: { handle: FileHandle | null }; result: FolderListing }

  'project.openSample': { params: NoParams; result: ProjectInfo }
  /** Opens the project file of an image folder, making `<folder name>.eyrie` in it when there is none. */
  'project.openFolder': { params: { folder: FileHandle }; result: ProjectInfo }
  'project.open': { params: { file: FileHandle }; result: ProjectInfo }
  'project.recent': { params: NoParams; result: readonly RecentProject[] }
  'project.info': { params: NoParams; result: ProjectInfo | null }
  'project.close': { params: NoParams; result: null }
  'project.rescan': { params: NoParams; result: ProjectInfo }

  'images.list': {
    params: { filter: ImageFilter; order?: ImageOrder; offset: number; limit: number }
    result: { total: number; items: readonly ImageListItem[] }
  }
  'document.get': { params: { imageId: ImageId }; result: ImageDocument }
  'labels.list': { params: NoParams; result: readonly LabelRecord[] }
  /** Every region of one label gets another, and the first goes. Rejects with `label/gone`. */
  'labels.merge': { params: { labelId: LabelId; into: LabelId }; result: { regions: number; steps: number } }

  /** Resolves only after the change is synced to disk. Conflicts reject with `store/conflict`. */
  'document.apply': { params: { transaction: Transaction }; result: Committed }
  /** null: nothing to undo. */
  'history.undo': { params: NoParams; result: Committed | null }
  'history.redo': { params: NoParams; result: Committed | null }

  'models.list': { params: NoParams; result: readonly ModelSummary[] }
  'models.probe': { params: NoParams; result: readonly ProviderReport[] }

  'endpoints.list': { params: NoParams; result: readonly EndpointInfo[] }
  'endpoints.put': { params: EndpointDraft; result: EndpointInfo }
  /** The person was shown these hosts and agreed: pictures and questions may be sent to them. */
  'endpoints.allow': { params: { id: string; hosts: readonly string[] }; result: EndpointInfo }
  'endpoints.remove': { params: { id: string }; result: null }
  'endpoints.check': { params: { id: string }; result: readonly ServerCheck[] }

  /** The exact text the model will read for these nodes, without asking it. */
  'dialogue.preview': {
    params: { imageId: ImageId; children: readonly GroundedNode[]; modelId: string | null }
    result: { text: string; losses: readonly Loss[]; dialect: string }
  }
  /** Commits the user turn, runs the model, commits the answer with its proposals. Long: watch `answer.progress`. */
  'dialogue.ask': {
    params: {
      requestId: string
      imageId: ImageId
      dialogueId: DialogueId | null
      children: readonly GroundedNode[]
      modelId: string | null
      /** null: the model answers freely. */
      form: AnswerForm | null
    }
    result: AskResult
  }
  'dialogue.cancel': { params: { requestId: string }; result: { cancelled: boolean } }
}

export type Method = keyof Contract
export type Params<M extends Method> = Contract[M]['params']
export type Result<M extends Method> = Contract[M]['result']

export interface Events extends ExportEvents, ImportEvents, BuildEvents, CheckEvents, StoreEvents {
  /** Something was committed, by any window or by a model. Also sent to the window that did it. */
  'document.committed': { committed: Committed; history: HistoryState }
  /** The undo or redo of an import goes on, in records, a few times a second. The last one has both equal. */
  'history.progress': { direction: 'undo' | 'redo'; done: number; total: number }
  'answer.progress': {
    requestId: string
    imageId: ImageId
    phase: 'queued' | 'loading-model' | 'reading-image' | 'prefill' | 'decoding'
    /** Whole text so far. */
    text: string
    /** What it means so far; finished regions only. Ids are stable within the request. */
    tree: GroundedText
  }
  'model.status': {
    modelId: string
    state: 'starting' | 'ready' | 'stopped' | 'crashed'
    provider: string | null
    detail: string | null
  }
  'project.changed': { project: ProjectInfo | null }
  /**
   * A folder is being looked at, a few times a second. `total` null: its images are still being
   * found, `done` of them so far; then `done` of `total` files were opened. The last one has both equal.
   */
  'project.scanning': { done: number; total: number | null }
  /** What the app must tell the person: a recovered crash, a read-only project, a broken cache. */
  notice: {
    level: 'info' | 'warning' | 'error'
    code: string
    message: string
    nextStep: string | null
    data: ErrorData
  }
  /** An item of the application menu was chosen; the id of one of the window's commands. */
  'menu.command': { command: string }
}
export type EventName = keyof Events

/** What a window holds. Asset paths (`/image/<id>`, `/thumb/<id>`) are same-origin relative URLs. */
export interface Rpc {
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>
  on<E extends EventName>(event: E, listener: (value: Events[E]) => void): () => void
  /** Connection of the window to the core; `lost` means edits cannot be saved right now. */
  onConnection(listener: (state: 'connected' | 'lost') => void): () => void
}
