import type {
  ImageDocument,
  ImageId,
  LabelRecord,
  DialogueId,
  RegionRecord
} from '../../../src-shared/document/records'
import type { LinkTarget } from '../../../src-shared/document/turn-edits'
import type { HistoryState, Transaction } from '../../../src-shared/document/transaction'
import type { GroundedNode, GroundedText, RegionId } from '../../../src-shared/grounded/nodes'
import type {
  AppInfo,
  Events,
  ImageFilter,
  ImageListItem,
  ModelSummary,
  ProjectInfo,
  RecentProject,
  Settings
} from '../../../src-shared/ipc/contract'
import type { Tool } from '../../canvas/contract'
import { noChecks } from './checks-state'
import type { ChecksState } from './checks-state'
import type { OfferedForm } from './dialogue'
import type { ErrorInfo } from './error-info'
import type { SaveState } from './save-queue'

export type Screen = 'loading' | 'start' | 'studio'
export type RailTab = 'dialogue' | 'regions' | 'details' | 'checks'
export type Overlay =
  'palette' | 'shortcuts' | 'export' | 'import' | 'build' | 'folder' | 'models' | 'linking' | 'label' | null

export interface GalleryState {
  readonly filter: ImageFilter
  readonly total: number
  /** Sparse: pages are fetched as they come into view. */
  readonly items: ReadonlyMap<number, ImageListItem>
  readonly counts: Readonly<Record<ImageFilter, number | null>>
  /** Place of the open image in this list, kept when the filter drops it; null when never known. */
  readonly index: number | null
}

/** One answer under way. */
export interface Asking {
  readonly requestId: string
  readonly imageId: ImageId
  readonly dialogueId: DialogueId | null
  readonly children: readonly GroundedNode[]
  readonly phase: Events['answer.progress']['phase'] | 'sending'
  readonly text: string
  readonly tree: GroundedText | null
  readonly stopping: boolean
  readonly startedAtMs: number
}

/** One mask under way. */
export interface Masking {
  readonly requestId: string
  readonly imageId: ImageId
  readonly stopping: boolean
}

export interface AskFailure {
  readonly imageId: ImageId
  readonly children: readonly GroundedNode[]
  readonly error: ErrorInfo
}

export interface Notice {
  readonly id: string
  readonly level: 'info' | 'success' | 'warning' | 'error'
  /** Of the core's notice or error; null when the window itself speaks, in its language already. */
  readonly code: string | null
  readonly message: string
  readonly nextStep: string | null
  readonly atMs: number
  /** Shown as a toast until its time is over or it is closed; it stays in the list. */
  readonly toast: boolean
  /** Routine confirmations do not fill the list. */
  readonly kept: boolean
}

/** Words of a turn waiting for the region they are about. */
export interface LinkDraft {
  readonly target: LinkTarget
  readonly words: string
}

export interface StudioState {
  readonly screen: Screen
  readonly connection: 'connected' | 'lost'
  readonly app: AppInfo | null
  readonly settings: Settings
  readonly startError: ErrorInfo | null
  readonly opening: boolean
  readonly recent: readonly RecentProject[]

  readonly project: ProjectInfo | null
  readonly history: HistoryState
  readonly models: readonly ModelSummary[]
  readonly modelStatus: Events['model.status'] | null
  readonly gallery: GalleryState

  readonly imageId: ImageId | null
  readonly imageError: ErrorInfo | null
  readonly committed: ImageDocument | null
  readonly committedLabels: readonly LabelRecord[]
  readonly pending: readonly Transaction[]
  /** `committed` with `pending` laid over it. */
  readonly document: ImageDocument | null
  readonly labels: readonly LabelRecord[]
  readonly save: SaveState

  readonly tool: Tool
  readonly selection: readonly RegionId[]
  /** Hovered on the canvas. */
  readonly hovered: RegionId | null
  /** Hovered in the text or a list: the canvas pulses these. */
  readonly highlighted: readonly RegionId[]
  readonly hidden: ReadonlySet<RegionId>
  readonly activeLabelId: string | null
  /** As they were when they were copied; they outlive the image, not the project. */
  readonly copied: readonly RegionRecord[]
  readonly tab: RailTab
  readonly overlay: Overlay
  readonly composerFocused: boolean
  readonly link: LinkDraft | null
  readonly galleryOpen: boolean
  readonly railWidth: number

  /** Images are being looked at; `total` null: they are still being found. null: no folder is. */
  readonly looking: { readonly done: number; readonly total: number | null } | null
  /** The undo or redo of an import on its way, in records. */
  readonly replaying: { readonly direction: 'undo' | 'redo'; readonly done: number; readonly total: number } | null

  readonly checks: ChecksState

  readonly dialogueId: DialogueId | null
  /** What answers are held to; null: nothing. */
  readonly answerForm: OfferedForm | null
  readonly asking: Asking | null
  readonly askFailure: AskFailure | null
  readonly masking: Masking | null
  readonly notices: readonly Notice[]
  readonly unreadNotices: number
}

/** Changes with every movement of the pointer, so it is kept apart: nothing else is asked again. */
export interface PointerState {
  /** Normalized; null outside the image. */
  readonly pointer: readonly [x: number, y: number] | null
  /** Screen px per image px. */
  readonly scale: number
}

export const defaultSettings: Settings = {
  theme: 'system',
  language: 'system',
  modelId: null,
  modelSource: null,
  showRejected: false,
  leastCertainFirst: false
}

export const emptyGallery: GalleryState = {
  filter: 'all',
  total: 0,
  items: new Map(),
  counts: { all: null, todo: null, done: null, proposals: null, problems: null },
  index: null
}

/** What is forgotten when another image is opened. */
export const imageScope = {
  imageError: null,
  committed: null,
  document: null,
  selection: [],
  hovered: null,
  highlighted: [],
  hidden: new Set<RegionId>(),
  link: null,
  dialogueId: null,
  askFailure: null
} satisfies Partial<StudioState>

export const initialState: StudioState = {
  screen: 'loading',
  connection: 'connected',
  app: null,
  settings: defaultSettings,
  startError: null,
  opening: false,
  recent: [],
  project: null,
  history: { undoLabel: null, redoLabel: null },
  models: [],
  modelStatus: null,
  gallery: emptyGallery,
  imageId: null,
  ...imageScope,
  looking: null,
  replaying: null,
  committedLabels: [],
  pending: [],
  labels: [],
  save: { kind: 'saved' },
  tool: 'select',
  activeLabelId: null,
  copied: [],
  tab: 'dialogue',
  overlay: null,
  composerFocused: false,
  galleryOpen: true,
  railWidth: 384,
  answerForm: null,
  checks: noChecks,
  asking: null,
  masking: null,
  notices: [],
  unreadNotices: 0
}
