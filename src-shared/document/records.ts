/**
 * @file The records a project is made of. All JSON. Coordinates are normalized (see geometry/space).
 * A record is never edited in place: a `Change` replaces it whole, so every edit can be inverted.
 */
import type { Diagnostic } from '../errors'
import type { ImageSize } from '../geometry/space'
import type { RegionShape } from '../geometry/region-shape'
import type { GroundedNode, RegionId } from '../grounded/nodes'

export type ImageId = string
export type LabelId = string
export type DialogueId = string
export type TurnId = string
export type RelationId = string

/** An image the project registered. Not undoable; made by scanning folders. */
export interface ImageRecord {
  readonly id: ImageId
  /** Path below the project's image root, `/` separated, exactly as the file system names it. */
  readonly relativePath: string
  /** sha256 of the file's bytes, hex; null until it was read once. */
  readonly contentHash: string | null
  readonly sizeBytes: number
  /** Upright (after EXIF rotation) size in pixels; null when the header could not be read. */
  readonly size: ImageSize | null
  /** EXIF orientation 1..8 as stored; other values count as 1. */
  readonly orientation: number
  readonly status: 'ok' | 'missing' | 'unreadable'
  /** Why it is not `ok`, for people. */
  readonly statusReason: string | null
}

export type Origin = 'human' | 'model' | 'import' | 'rule'

/** Where a region or a turn came from; what really ran, not what was asked for. */
export interface Provenance {
  readonly origin: Origin
  readonly modelId?: string
  readonly modelRevision?: string
  readonly provider?: string
  readonly dialect?: string
  /** The turn whose answer proposed this region. */
  readonly turnId?: TurnId
  /** What the answer was held to; without: it was free. */
  readonly form?: 'boxes' | 'phrases' | 'labels' | 'json-schema'
  /** Of a box as a model wrote it: standard deviation of each coordinate, in its order, as fractions of the image. */
  readonly spread?: readonly number[]
  /** Of a mask: the regions that its model was shown, in their order; some may be gone since. */
  readonly shownRegions?: readonly RegionId[]
}

/** A class name with its colour. `order` fixes the palette key (1..9) and export order. */
export interface LabelRecord {
  readonly id: LabelId
  readonly name: string
  /** `#rrggbb`. */
  readonly colour: string
  readonly order: number
}

/**
 * - `accepted`: a human drew or accepted it as is
 * - `proposed`: a model wrote it, nobody has looked at it yet
 * - `corrected`: a human changed a model's shape; `original` keeps the model's
 * - `rejected`: a human refused it; kept as data, hidden on the canvas by default
 */
export type RegionState = 'accepted' | 'proposed' | 'corrected' | 'rejected'

/** Scalars that formats keep beside a region: `occluded`, `iscrowd`, a track id. */
export type Attributes = Readonly<Record<string, string | number | boolean>>

export interface RegionRecord {
  readonly id: RegionId
  readonly imageId: ImageId
  readonly shape: RegionShape
  readonly labelId: LabelId | null
  /** The words it was proposed with or named by; null when there are none. */
  readonly phrase: string | null
  readonly state: RegionState
  /** The model's own shape, once a human changed it. */
  readonly original: RegionShape | null
  /** 0..1 as the model reported it; null when it reported none. */
  readonly confidence: number | null
  readonly provenance: Provenance
  readonly createdAtMs: number
  /** Absent when there are none. */
  readonly attributes?: Attributes
}

export interface DialogueRecord {
  readonly id: DialogueId
  readonly imageId: ImageId
  readonly title: string | null
  readonly createdAtMs: number
}

/** Milliseconds and counts of one answer; counts are missing where a server tells none. */
export interface AnswerTimings {
  readonly imageMs: number
  readonly visionMs: number
  readonly prefillMs: number
  readonly decodeMs: number
  readonly totalMs: number
  readonly promptTokens?: number
  readonly newTokens?: number
}

export interface TurnRecord {
  readonly id: TurnId
  readonly dialogueId: DialogueId
  readonly imageId: ImageId
  /** Place in the dialogue, from 0, without gaps at the time of writing. */
  readonly order: number
  readonly role: 'user' | 'assistant'
  /** The words; region ids point at `RegionRecord`s of the same image. */
  readonly children: readonly GroundedNode[]
  /** Exact text the model read (user) or wrote (assistant); null when no model took part. */
  readonly rawText: string | null
  /** `partial`: stopped by the person or a limit. `failed`: the model died; children hold what came. */
  readonly status: 'complete' | 'partial' | 'failed'
  readonly statusReason: string | null
  readonly provenance: Provenance
  readonly timings: AnswerTimings | null
  readonly createdAtMs: number
}

/** "man · riding · horse": what one region has to do with another of the same image. */
export interface RelationRecord {
  readonly id: RelationId
  readonly imageId: ImageId
  readonly subject: RegionId
  /** Not empty, as it was written: "riding", "is left of". */
  readonly predicate: string
  readonly object: RegionId
  readonly provenance: Provenance
  readonly createdAtMs: number
}

/** A person's mark on one image. `id` is the image's id. */
export interface ReviewRecord {
  readonly id: ImageId
  readonly done: boolean
}

/** What a transaction may change, by kind. */
export interface RecordKinds {
  readonly label: LabelRecord
  readonly region: RegionRecord
  readonly dialogue: DialogueRecord
  readonly turn: TurnRecord
  readonly relation: RelationRecord
  readonly review: ReviewRecord
}
export type RecordKind = keyof RecordKinds

/** Everything about one image that a window shows. Labels are the project's, not the image's. */
export interface ImageDocument {
  readonly image: ImageRecord
  readonly regions: readonly RegionRecord[]
  readonly dialogues: readonly DialogueRecord[]
  readonly turns: readonly TurnRecord[]
  readonly relations: readonly RelationRecord[]
  readonly review: ReviewRecord
  /** What could not be read of this image and is left out, or does not match its checksum; absent when all is sound. */
  readonly damage?: readonly Diagnostic[]
}
