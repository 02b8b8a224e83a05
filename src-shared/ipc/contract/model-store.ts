/** @file The model store, as a window asks for it: what can be had, what it takes, and the ways in. */
import type { FileHandle, NoParams } from './names'

/** `restricted`: does not allow every use (research only, terms of its own): a person has to say that they may. */
export type LicenceTerms = 'open' | 'restricted' | 'unknown'
export interface LicenceInfo {
  readonly name: string
  readonly terms: LicenceTerms
  /** Read where the publisher says it, not told by others. */
  readonly isConfirmed: boolean
}
/** Bytes. */
export interface MachineRoom {
  readonly freeDiskBytes: number
  readonly freeMemoryBytes: number
  readonly totalMemoryBytes: number
}
/** A public export that this version can run. Its files are elsewhere. */
export interface KnownModel {
  readonly id: string
  readonly name: string
  readonly repository: string
  readonly dialect: string
  readonly licence: LicenceInfo
  /** Whether anybody here has loaded these files. */
  readonly isConfirmed: boolean
  readonly unknown: readonly ('files' | 'sizes' | 'hashes' | 'licence' | 'loads')[]
  readonly notes: readonly { readonly en: string; readonly 'zh-CN': string }[]
  readonly weights: readonly {
    readonly id: string
    /** As somebody said; null: unknown. */
    readonly bytes: number | null
    /** Its name among the models once it is there. */
    readonly modelId: string
    readonly isInstalled: boolean
    /** Of a download that was stopped. */
    readonly partialBytes: number
  }[]
}
export interface StoreView {
  readonly known: readonly KnownModel[]
  /** Files of the registry that cannot be read. */
  readonly broken: readonly { readonly file: string; readonly reason: string }[]
  /** Ids of models that can be removed: those of the store. */
  readonly removable: readonly string[]
  readonly room: MachineRoom
  readonly defaultSource: string
}
/** What would be added, before it is. */
export interface ModelOffer {
  /** Its name among the models. */
  readonly id: string
  readonly name: string
  readonly licence: LicenceInfo
  readonly files: number
  readonly bytes: number
  /** Of those, what has come already. */
  readonly haveBytes: number
  /** What its weights take in memory; a running model takes more. */
  readonly memoryBytes: number
  readonly room: MachineRoom
  /** That answered; empty for a folder of this computer. */
  readonly hosts: readonly string[]
  readonly revision: string
  /** `publisher`: every graph is compared with a hash that was known before; `recorded`: kept for comparing later. */
  readonly hashes: 'publisher' | 'recorded'
  /** Why it cannot be added, with the figures. */
  readonly problem: { readonly code: string; readonly message: string; readonly nextStep: string } | null
  readonly notes: readonly string[]
  /** Files of a folder that are not taken over. */
  readonly leftOut: readonly string[]
}
/** Bytes of a model on their way. */
export interface StoreProgress {
  readonly phase: 'asking' | 'downloading' | 'unpacking' | 'copying' | 'checking'
  /** null: all of them. */
  readonly file: string | null
  readonly done: number
  readonly total: number
}

/** What a model is made of and how it runs on this computer, found by opening it in a process of its own. */
export interface ModelInspection {
  readonly provider: string
  /** One sentence per provider that was given up: which, and why. */
  readonly providerNotes: readonly string[]
  readonly loadMs: number
  /** Of that process: before the model was opened, with it, and at most (a self-test holds its decoder twice). */
  readonly memory: { readonly beforeBytes: number; readonly loadedBytes: number; readonly peakBytes: number }
  readonly graphs: readonly {
    readonly name: string
    readonly file: string
    /** null: not told by its file's name. */
    readonly weights: string | null
    /** With its external data. */
    readonly bytes: number
    /** Of a decoder: how it makes its keys and values. */
    readonly kind: 'concat' | 'group-query' | 'if' | 'other' | null
    readonly detail: string | null
  }[]
  /** How keys and values are kept, and why so; null where there is nothing to choose. */
  readonly decoding: { readonly strategy: string; readonly reason: string } | null
  /** Largest differences of logits; null: not asked for, or nothing to test. */
  readonly selfTest: {
    readonly editedAgainstUnedited: number
    readonly cachedAgainstFull: number | null
    readonly allowed: number
    readonly passed: boolean
  } | null
}

export interface StoreContract {
  /** Opens a model of this computer in a process of its own and compares how it is run with its files. Takes seconds. */
  'models.inspect': { params: { modelId: string }; result: ModelInspection }
  /** Known models and what there is room for; asks nobody. */
  'models.known': { params: NoParams; result: StoreView }
  /** Asks a source what it has of a known model, and takes nothing. `from` null: the usual source. Rejects with `model-store/…`. */
  'models.survey': {
    params: { requestId: string; id: string; weights: string; from: string | null }
    result: ModelOffer
  }
  /** Downloads it. Long: watch `models.progress`. Rejects with `model-store/…`, `model/…`; what came is kept for the next time. */
  'models.get': {
    params: { requestId: string; id: string; weights: string; from: string | null; isLicenceAccepted: boolean }
    result: { readonly id: string; readonly notes: readonly string[] }
  }
  /** Copies and checks a folder or a zip archive that was shown; it waits to be kept or dropped. Watch `models.progress`. */
  'models.look': {
    params: { requestId: string; source: FileHandle }
    result: { readonly token: string; readonly offer: ModelOffer }
  }
  'models.keep': { params: { token: string; isLicenceAccepted: boolean }; result: { readonly id: string } }
  'models.drop': { params: { token: string }; result: null }
  /** A model of the store, or what has come of a download. */
  'models.remove': { params: { id: string }; result: null }
  'models.cancel': { params: { requestId: string }; result: { cancelled: boolean } }
}

export interface StoreEvents {
  /** A few times a second while a model is on its way. */
  'models.progress': { requestId: string } & StoreProgress
}
