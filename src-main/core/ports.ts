/**
 * @file What the core needs from the rooms around it. The core decides; these do the I/O.
 * One implementation each in src-main/store, inference, media and shell; tests use the real ones.
 */
import type { DialectSettings, DialectSpace } from '../../src-shared/dialects/dialect'
import type { Committed, HistoryState, Transaction } from '../../src-shared/document/transaction'
import type {
  AnswerTimings,
  DialogueId,
  ImageDocument,
  ImageId,
  ImageRecord,
  LabelRecord,
  TurnRecord
} from '../../src-shared/document/records'
import type { BulkItem } from '../../src-shared/formats/reading/outlines'
import type { IssueGroup } from '../../src-shared/formats/reading/issue-tally'
import type { ImportCounts, ImportedLabel } from '../../src-shared/formats/reading/report'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { ImageSize } from '../../src-shared/geometry/space'
import type {
  EndpointDraft,
  EndpointInfo,
  EventName,
  Events,
  ImageFilter,
  ImageOrder,
  ImageListItem,
  LicenceInfo,
  ModelInspection,
  ModelOffer,
  ModelSummary,
  ProjectInfo,
  ProviderReport,
  ServerCheck,
  StoreProgress,
  StoreView
} from '../../src-shared/ipc/contract'
import type { AnswerForm } from '../../src-shared/prompts/answer-form'
import type { MaskPrompt } from '../../src-shared/prompts/mask-prompt'

/** How the items of a data set become records. */
export interface ImportRules {
  /** Folders below the image root to look for images in besides it, as `ImageReferences` takes them. */
  readonly imageFolders: readonly string[]
  /** Absolute: what relative references start from, if not from the image root. */
  readonly sourceFolder: string | null
  /**
   * An image that the project does not list: `when-there`, added when the file is below the image root; `always`,
   * added as missing even when it is not.
   */
  readonly addImages: 'when-there' | 'always'
  /** Everything is joined and counted, nothing is written. */
  readonly dryRun: boolean
  /** Of the transaction and of all records. */
  readonly createdAtMs: number
}

export interface ImportOutcome {
  readonly counts: ImportCounts
  /** In the order of the file: the listed ones, then the others as they were named. */
  readonly labels: readonly ImportedLabel[]
  /** Found while joining; the reader's own issues are not among them. */
  readonly issues: readonly IssueGroup[]
  /** null: a dry run, or there was nothing to write. */
  readonly committed: Committed | null
}

export type ImportProgress =
  | { readonly state: 'more' }
  /** Images that were added and whose size the file does not state: to be looked at and given to `importFacts`. */
  | { readonly state: 'look'; readonly images: readonly ImageRecord[] }
  | { readonly state: 'done'; readonly outcome: ImportOutcome }

/** A person's edit of an answer of a model: of its words, or of a region it proposed or names. */
export interface AnswerEdit {
  readonly turnId: string
  readonly atMs: number
  /** When the same project was last edited by a person before it; null: never. */
  readonly afterMs: number | null
  /** Of the time between them, 1 unless one edit changed several answers. */
  readonly share: number
}

/** An open project file. All methods reject with `AppError` (`store/...`); none blocks the caller's thread. */
/** One part of an undo or redo. */
export type ReplayStep =
  | { readonly state: 'more'; readonly done: number; readonly total: number }
  | { readonly state: 'done'; readonly committed: Committed | null }
/** Of `total` records `done` were moved. */
export type ReplayProgress = (progress: { readonly done: number; readonly total: number }) => void

export interface ProjectStore {
  readonly path: string
  readonly imageRoot: string
  readonly readOnly: boolean
  readonly readOnlyReason: string | null
  /** Facts about this open: e.g. recovered after a crash. Shown as notices once. */
  readonly openingNotices: readonly {
    readonly code: string
    readonly message: string
    readonly nextStep: string | null
  }[]
  info(): Promise<Omit<ProjectInfo, 'displayPath' | 'imageRootDisplay'>>
  /** Adds or updates images by relative path in one transaction; images not listed become `missing`. */
  registerImages(
    images: readonly Omit<ImageRecord, 'id'>[]
  ): Promise<{ added: number; updated: number; missing: number }>
  listImages(query: {
    filter: ImageFilter
    /** Nothing: by number. */
    order?: ImageOrder
    offset: number
    limit: number
  }): Promise<{ total: number; items: readonly ImageListItem[] }>
  getImage(id: ImageId): Promise<ImageRecord | null>
  /** Images whose file nobody has opened yet, from a place on that the last answer gave (0: the first); null: no more. */
  unseenImages(from: number): Promise<{ readonly images: readonly ImageRecord[]; readonly next: number | null }>
  /** What a look at them said. One that got its size meanwhile stays as it is. */
  setImageFacts(images: readonly ImageRecord[]): Promise<void>
  getDocument(id: ImageId): Promise<ImageDocument>
  /** Every document with at least one region or turn, or all, in registration order, streamed in pages. */
  documents(which: 'annotated' | 'all'): AsyncIterable<ImageDocument>
  getTurns(dialogueId: DialogueId): Promise<readonly TurnRecord[]>
  listLabels(): Promise<readonly LabelRecord[]>
  /** Durable (FULL sync) when it resolves. `store/conflict` when a `before` differs. Idempotent by transaction id. */
  apply(transaction: Transaction): Promise<Committed>
  /** Those of imports go on in parts and tell how far they are; other changes wait until they are done. */
  undo(onProgress?: ReplayProgress): Promise<Committed | null>
  redo(onProgress?: ReplayProgress): Promise<Committed | null>
  history(): Promise<HistoryState>
  /**
   * One import: begin, add batches in the order of the file, finish or cancel. All of it is one step of the journal,
   * and until it is finished nobody sees any of it; other changes are refused with `store/importing` meanwhile.
   */
  importBegin(rules: ImportRules): Promise<void>
  /** Items of the type `issue` are ignored. The memory of outlines is moved: nobody may use them afterwards. */
  importAdd(items: readonly BulkItem[]): Promise<void>
  /** What a look at images said that `importFinish` gave out. */
  importFacts(images: readonly ImageRecord[]): Promise<void>
  /** Does a part of what is left; to be called until it is done. */
  importFinish(): Promise<ImportProgress>
  /** Leaves the project as it was before the import. No error when there is none. */
  importCancel(): Promise<void>
  /** Every edit of an answer, from the journal, in its order. */
  answerEdits(): Promise<readonly AnswerEdit[]>
  /** Checks integrity, foreign keys, per-image checksums; returns findings, empty = sound. */
  check(): Promise<readonly { readonly code: string; readonly message: string }[]>
  backup(
    path: string
  ): Promise<{ readonly path: string; readonly sizeBytes: number; readonly images: number; readonly regions: number }>
  /** Checkpoints and truncates the log, so the file can be copied alone. */
  close(): Promise<void>
}

export interface AskMessage {
  readonly role: 'user' | 'assistant'
  /** Already printed in the model's dialect. */
  readonly text: string
}
export interface AskRequest {
  readonly requestId: string
  readonly modelId: string
  readonly imagePath: string
  readonly messages: readonly AskMessage[]
  readonly maxNewTokens?: number
  /** What the answer is held to; without: nothing. */
  readonly form?: AnswerForm
  /** Of the dialect, where the task of the question changes what is written; of use with `form` only. */
  readonly settings?: DialectSettings
  /** How many answers at most, other places for its boxes among them; 1 when not given. */
  readonly nBest?: number
  /** Execution providers to try in order; default: probe order with cpu last. */
  readonly providers?: readonly string[]
  /** What shall be masked, of a model that makes masks; `messages` is empty then. */
  readonly mask?: MaskPrompt
}
/** A mask of the whole picture. */
export interface AnsweredMask {
  readonly size: ImageSize
  /** Compressed run lengths (geometry/mask). */
  readonly counts: string
  /** Overlap with the truth as the model expects it: about 0 to 1, not held to it. */
  readonly predictedIou: number
}
/** What ended an answer that did not end by itself (H4). */
export type DecodeLimit = 'tokens' | 'context' | 'characters' | 'time' | 'repetition'
/** A server may also be gone in the middle. */
export type AnswerLimit = DecodeLimit | 'connection'
/** One way the digits of a token might have been written. */
export interface TokenRival {
  readonly digits: string
  /** Over the whole vocabulary, 0 to 1. */
  readonly probability: number
}
/** A text and how likely each token of it was. */
export interface SaidAnswer {
  readonly text: string
  /** Natural-log probability of each generated token, in order. */
  readonly tokenLogProbs: readonly number[]
  /** Text of each generated token, concatenating to `text`. */
  readonly tokenTexts: readonly string[]
  /**
   * For each token: what else might have been written, itself among it, where it spells digits; empty for other words;
   * null: the model was not asked, since nothing else was legal. Missing where nothing is told of it.
   */
  readonly tokenRivals?: readonly (readonly TokenRival[] | null)[]
}
export interface AskAnswer extends SaidAnswer {
  readonly stop: 'end' | 'length' | 'cancelled'
  /** Which limit, when `stop` is `length`. */
  readonly limit?: AnswerLimit
  readonly provider: string
  /** Said when a preferred provider was given up: which, and why. */
  readonly providerNotes: readonly string[]
  /** Other answers, likeliest turn first, when they were asked for. Some may be nearly this one. */
  readonly alternatives?: readonly SaidAnswer[]
  /** Of a question with `mask`: the surest first. */
  readonly masks?: readonly AnsweredMask[]
  readonly timings: AnswerTimings
}
export interface AskObserver {
  phase?(phase: 'queued' | 'loading-model' | 'reading-image' | 'prefill' | 'decoding'): void
  /** Whole text so far. */
  text?(text: string): void
}

/**
 * The inference host as its owner sees it. Rejections are `AppError`: `inference/crashed` (the host
 * died; `data.signal`), `inference/timeout`, `inference/prompt-too-long`, `inference/cannot-constrain`, `model/missing-file`,
 * `model/not-found`, `image/unreadable`. After a crash the next call finds a new host.
 */
export interface InferenceService {
  listModels(): Promise<readonly ModelSummary[]>
  probe(): Promise<readonly ProviderReport[]>
  /** Opens a model of this computer and says what was found. Rejects as `ask` does. */
  inspect(modelId: string, withSelfTest: boolean): Promise<ModelInspection>
  ask(request: AskRequest, observer?: AskObserver): Promise<AskAnswer>
  /** True when the request was known. It ends within 1 s, by flag between steps or by killing the host. */
  cancel(requestId: string): Promise<boolean>
  onStatus(listener: (status: Events['model.status']) => void): () => void
  /** For tests and doctor: the live host's process id. */
  hostPid(): number | null
  close(): Promise<void>
}

/** Model servers the person has named. Rejections are `endpoint/…`. */
export interface EndpointRoom {
  list(): Promise<readonly EndpointInfo[]>
  /** Adds one, or puts it in the place of the one with its id; nothing is sent to it before `allow`. */
  put(draft: EndpointDraft): Promise<EndpointInfo>
  /** From now on pictures and questions may go to these hosts of it, and to no others. */
  allow(id: string, hosts: readonly string[]): Promise<EndpointInfo>
  remove(id: string): Promise<void>
  /** Asks its servers which models they have. */
  check(id: string): Promise<readonly ServerCheck[]>
  /** Words without a picture, for building data. */
  complete(id: string, messages: readonly AskMessage[], signal?: AbortSignal): Promise<AskAnswer>
}

/** Which known model, of which weights, from where (null: the usual source). */
export interface WantedModel {
  readonly requestId: string
  readonly id: string
  /** null: those that are offered first. */
  readonly weights: string | null
  readonly from: string | null
}
export interface AddedFiles {
  readonly id: string
  readonly dir: string
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
}
/**
 * The model store and the ways in. Rejections are `model-store/…`, `model/…`, `import/archive…` and `file/…`; the store is as it
 * was then. Only `survey` and `get` ask anybody.
 */
export interface ModelStoreRoom {
  view(): Promise<StoreView>
  survey(wanted: WantedModel): Promise<ModelOffer>
  get(
    wanted: WantedModel & { readonly isLicenceAccepted: boolean },
    onProgress: (progress: StoreProgress) => void
  ): Promise<AddedFiles & { readonly licence: LicenceInfo; readonly notes: readonly string[] }>
  /** A folder or a zip archive, absolute: copied into the store and checked, waiting to be kept or dropped. */
  look(
    source: { readonly requestId: string; readonly path: string },
    onProgress: (progress: StoreProgress) => void
  ): Promise<{ readonly token: string; readonly offer: ModelOffer }>
  keep(token: string, isLicenceAccepted: boolean): Promise<AddedFiles>
  drop(token: string): Promise<void>
  remove(id: string): Promise<void>
  /** Whether there was such a request. */
  cancel(requestId: string): boolean
  /** Ends what is going on; what waits to be kept is dropped. */
  close(): Promise<void>
}

/** Facts of an image file read without trusting it (header first, caps, separate process). */
export interface ImageFacts {
  readonly size: ImageSize
  readonly orientation: number
  readonly mime: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/bmp' | 'image/tiff' | 'image/avif'
  readonly sizeBytes: number
}
export interface MediaService {
  /** Rejects with `image/unreadable` naming the file and the reason. */
  facts(path: string): Promise<ImageFacts>
  /** Upright thumbnail, longest side `size` px, as WebP bytes. */
  thumbnail(path: string, size: number): Promise<Uint8Array>
  /** Upright JPEG of the whole picture at its size, without what a camera wrote beside it (place, time, owner). */
  forSending(path: string): Promise<Uint8Array>
  /** What a browser can show: the file itself for its own types, else upright PNG bytes. */
  viewable(
    path: string
  ): Promise<{ readonly mime: string; readonly path: string } | { readonly mime: string; readonly bytes: Uint8Array }>
  close(): Promise<void>
}

/** `contentHash` only when it was asked for. `frames` > 1: an animation or several pages; the first one counts. */
export interface FileFacts extends ImageFacts {
  readonly frames: number
  readonly contentHash: string | null
}

/** A region drawn on a copy of its image. */
export interface OverlayMark {
  readonly shape: RegionShape
  /** `#rrggbb`. */
  readonly colour: string
  readonly isDashed: boolean
  readonly caption: string
}

export interface MediaHost extends MediaService {
  /** Like `facts`, with the number of frames and, when asked for, the sha256 of the bytes. */
  inspect(path: string, options: { readonly withHash: boolean }): Promise<FileFacts>
  /** Writes an upright PNG of the image with `marks` drawn on it, over whatever is at `outPath`. */
  drawOverlay(path: string, marks: readonly OverlayMark[], outPath: string): Promise<void>
  /**
   * What the picture looks like, as `fingerprintFromText` reads it; kept, so that a second look is quick. Rejects with
   * `image/unreadable`.
   */
  fingerprint(path: string): Promise<string>
  /** For tests and the environment report. */
  hostPid(): number | undefined
}

/** A child process the parent owns, times and may kill: utilityProcess in Electron, fork elsewhere. */
export interface HostProcess {
  readonly pid: number | undefined
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: (exit: { readonly code: number | null; readonly signal: string | null }) => void): void
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}
export type SpawnHost = (entry: 'inference-host' | 'media-host', env?: Readonly<Record<string, string>>) => HostProcess

export interface ModelPlace {
  readonly modelId: string
  readonly dialect: string
  readonly space: DialectSpace
}

export type Emit = <E extends EventName>(event: E, value: Events[E]) => void
