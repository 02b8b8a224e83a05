/**
 * @file The one list of what a window may ask of the core. Both shells (Electron IPC, loopback
 * WebSocket) carry exactly this; preload, handlers, validators and the renderer's `rpc` derive from
 * it. The renderer never names files: it holds handles that came from a picker or the project.
 */
import type { SmartResizeLimits } from '../dialects/kit/smart-resize'
import type { ExportCertificate } from '../formats/round-trip/certificate'
import type { DialectSpace, Loss } from '../dialects/dialect'
import type { PreviewDialogue, WriteResult } from '../builders/report'
import type { Diagnostic, ErrorData } from '../errors'
import type { CorrectionRange } from '../formats/format'
import type { FormatKeeps } from '../formats/keeps'
import type { ReaderSetting } from '../formats/reading/reader'
import type { ExportSplit } from '../dataset/splits'
import type { ImportRates, ImportReport } from '../formats/reading/report'
import type { Committed, HistoryState, Transaction } from '../document/transaction'
import type { LintFinding, LintSeverity } from '../lint/finding'
import type { DialogueId, ImageDocument, ImageId, ImageRecord, LabelRecord } from '../document/records'
import type { GroundedNode, GroundedText } from '../grounded/nodes'
import type { Calibration } from '../metrics/calibration'
import type { AnswerForm, AnswerFormKind } from '../prompts/answer-form'

/** Opaque name of a folder or file the core showed to this session. */
export type FileHandle = string

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
  /** Whether rejected proposals are drawn. */
  readonly showRejected: boolean
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
}

export interface ImageListItem {
  readonly image: ImageRecord
  readonly regionCount: number
  readonly proposalCount: number
  readonly turnCount: number
  readonly done: boolean
}
export type ImageFilter = 'all' | 'todo' | 'done' | 'proposals' | 'problems'

export interface ModelSummary {
  readonly id: string
  readonly name: string
  readonly revision: string
  readonly licence: string
  readonly dialect: string
  readonly space: DialectSpace
  /** How pictures are resized before the model sees them; only where its numbers count pixels of that. */
  readonly resizing?: SmartResizeLimits
  /** What the card says it can be asked, and what it cannot. */
  readonly examples: readonly string[]
  readonly cannot: readonly string[]
  readonly languages: readonly string[]
  /** Class names the model was trained on; empty = open vocabulary. */
  readonly classes: readonly string[]
  /** Forms its answers can be held to; empty for tools and servers. */
  readonly forms: readonly AnswerFormKind[]
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

/** A `FormatId`: one of `export.formats`. */
export type ExportFormatId = string
export interface ExportFormatInfo {
  readonly id: ExportFormatId
  readonly name: string
  readonly fileName: string
  /** Limits to be shown before exporting. */
  readonly limits: readonly string[]
  readonly takesDialect: boolean
  /** It is made of corrections: `export.run` may say of which sizes. */
  readonly takesCorrections: boolean
  /** What comes back when it is read again; null: Eyrie does not read it, so nothing can be compared. */
  readonly keeps: FormatKeeps | null
}
export interface ExportedFile {
  readonly fileName: string
  readonly displayPath: string
  readonly sizeBytes: number
  readonly sha256: string
}
export interface ExportReport {
  readonly files: readonly ExportedFile[]
  readonly counts: {
    readonly images: number
    readonly regions: number
    readonly dialogues: number
    readonly turns: number
    readonly records: number
  }
  /** Left out, by reason. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[]
  readonly losses: readonly Loss[]
  /** One for each format and split: what came back when it was read again. */
  readonly certificates: readonly ExportCertificate[]
}

export interface ImportFormatInfo {
  readonly id: string
  readonly name: string
  readonly fileName: string
  readonly takesDialect: boolean
  /** What its files do not say and a person may; empty for most formats. */
  readonly settings: readonly ReaderSetting[]
  /** Its classes are numbers: where the files name none, `import.run` may. */
  readonly takesClassNames: boolean
}

export interface LintRuleInfo {
  readonly id: string
  readonly severity: LintSeverity
  readonly title: { readonly en: string; readonly 'zh-CN': string }
}
export type LintCounts = Readonly<Record<LintSeverity, number>>
export interface LintSummary {
  /** Looked at. */
  readonly images: number
  /** Those that found something. */
  readonly rules: readonly { readonly rule: string; readonly severity: LintSeverity; readonly count: number }[]
}

export interface BuildRecipeInfo {
  readonly id: string
  readonly says: string
  /** Tasks and how often each is made beside the others. */
  readonly weights: Readonly<Record<string, number>>
}
/** How new training turns are made by rule; the same request builds the same turns. */
export interface BuildRequest {
  readonly recipe: string
  readonly seed: number
  /** `auto`: the languages that the labels have. */
  readonly language: 'auto' | 'en' | 'zh-CN'
  /** Dialogues for each image at most. */
  readonly perImage: number
  readonly includeProposals: boolean
  /** Ask about points instead of boxes, where a question is about a place. */
  readonly usesPoints: boolean
  /** Tasks of the recipe to leave out. */
  readonly without: readonly string[]
}

type NoParams = Record<string, never>

/** method → params and result. Every method may reject with a wire error (see wire-error.ts). */
export interface Contract {
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
    params: { filter: ImageFilter; offset: number; limit: number }
    result: { total: number; items: readonly ImageListItem[] }
  }
  'document.get': { params: { imageId: ImageId }; result: ImageDocument }
  'labels.list': { params: NoParams; result: readonly LabelRecord[] }

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

  'export.formats': { params: NoParams; result: readonly ExportFormatInfo[] }
  /**
   * folder null: `exports/` beside the project file. Never overwrites unless told to. Long: watch `export.progress`.
   * Rejects with `export/…`; nothing of it is in place then.
   */
  'export.run': {
    params: {
      /** To be watched and cancelled by. */
      requestId?: string
      formats: readonly ExportFormatId[]
      folder: FileHandle | null
      dialect: string
      includeProposals: boolean
      overwrite: boolean
      /** What fractions in the text mean; default: the dialect's own. */
      space?: DialectSpace
      /** Each split into a folder of its name. Shares are 1 (or 100) together, else `export/bad-split`. */
      split?: ExportSplit
      /** Only formats with `takesCorrections` take notice of it. */
      corrections?: CorrectionRange
    }
    result: ExportReport
  }

  'export.cancel': { params: { requestId: string }; result: { cancelled: boolean } }

  /** The formats that can be read. */
  'import.formats': { params: NoParams; result: readonly ImportFormatInfo[] }
  /** Where annotations most likely are: the folder of the open project's images. */
  'import.place': { params: NoParams; result: FileHandle }
  /**
   * Reads a file or folder that was shown into the project; all of it is one step of the history. `dryRun`: counts and
   * checks only. Long: watch `import.progress`. Rejects with `import/…`; the project is then as it was.
   */
  'import.run': {
    params: {
      requestId: string
      source: FileHandle
      /** Folder of the images, when not with the files. */
      images: FileHandle | null
      /** null: by what is in the files. */
      format: string | null
      /** Of formats with text; null: the format's own. */
      dialect: string | null
      /** What fractions in the text mean; default: the dialect's own. */
      space?: DialectSpace
      /** By id of the format's `settings`; what is not there has the first value. `import/no-such-setting`. */
      settings?: Readonly<Record<string, string>>
      /** By class number, for formats with `takesClassNames` whose files name none. `import/no-such-setting`. */
      classNames?: readonly string[]
      dryRun: boolean
    }
    result: ImportReport
  }
  'import.cancel': { params: { requestId: string }; result: { cancelled: boolean } }

  'build.recipes': { params: NoParams; result: readonly BuildRecipeInfo[] }
  /** The first dialogues that would be built, as the dialect writes them; nothing is written. Rejects with `build/…`. */
  'build.preview': {
    params: { request: BuildRequest; dialect: string; limit: number }
    result: readonly PreviewDialogue[]
  }
  /** Writes them into the project, marked as made by rule. Long: watch `build.progress`. Rejects with `build/…`. */
  'build.write': { params: { requestId: string; request: BuildRequest }; result: WriteResult }
  'build.cancel': { params: { requestId: string }; result: { cancelled: boolean } }

  'lint.rules': { params: NoParams; result: readonly LintRuleInfo[] }
  /** Checks the whole project. Long: watch `lint.progress`. Rejects with `lint/…`. */
  'lint.run': { params: { requestId: string }; result: LintSummary }
  'lint.cancel': { params: { requestId: string }; result: { cancelled: boolean } }
  /** What the last check of the project found by one rule; of very many, the first ones are kept. */
  'lint.list': {
    params: { rule: string; offset: number; limit: number }
    result: { readonly total: number; readonly items: readonly LintFinding[] }
  }
  /** How much the last check of the project found on these images; those with nothing are not in the answer. */
  'lint.counts': {
    params: { imageIds: readonly ImageId[] }
    result: readonly ({ readonly imageId: ImageId } & LintCounts)[]
  }
  /** Checks one image as it is stored now, with the rules that need no other image. */
  'lint.image': { params: { imageId: ImageId }; result: readonly LintFinding[] }
}

export type Method = keyof Contract
export type Params<M extends Method> = Contract[M]['params']
export type Result<M extends Method> = Contract[M]['result']

export interface Events {
  /** Something was committed, by any window or by a model. Also sent to the window that did it. */
  'document.committed': { committed: Committed; history: HistoryState }
  'answer.progress': {
    requestId: string
    imageId: ImageId
    phase: 'queued' | 'loading-model' | 'reading-image' | 'prefill' | 'decoding'
    /** Whole text so far. */
    text: string
    /** What it means so far; finished regions only. Ids are stable within the request. */
    tree: GroundedText
  }
  /** A few times a second while an export runs. Images of one format and split, or 0 of 0 when nobody counts. */
  'export.progress': {
    requestId: string
    format: string
    split: string | null
    phase: 'writing' | 'checking' | 'placing'
    done: number
    total: number
  }
  /** A few times a second while an import runs. */
  'import.progress': { requestId: string } & ImportRates
  /** A few times a second while turns are built. Images. */
  'build.progress': { requestId: string; done: number; total: number }
  /** A few times a second while a project is checked. Images. */
  'lint.progress': { requestId: string; done: number; total: number }
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
