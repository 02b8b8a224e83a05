/** @file New training turns, as a window asks for them. */
import type { AskedReport, ContextExample, PreviewDialogue, WriteResult } from '../../builders/report'
import type { NoParams } from './names'

export interface BuildRecipeInfo {
  readonly id: string
  readonly says: string
  /** `model`: a language model on a server writes the turns; it is sent words and boxes, never an image. */
  readonly by: 'rule' | 'model'
  /** Tasks and how often each is made beside the others. */
  readonly weights: Readonly<Record<string, number>>
}
/** How new training turns are made; by rule, the same request builds the same turns. */
export interface BuildRequest {
  readonly recipe: string
  readonly seed: number
  /** `auto`: the languages that the labels have. */
  readonly language: 'auto' | 'en' | 'zh-CN'
  /** By rule: dialogues for each image at most. */
  readonly perImage: number
  readonly includeProposals: boolean
  /** By rule: ask about points instead of boxes, where a question is about a place. */
  readonly usesPoints: boolean
  /** Tasks of the recipe to leave out. */
  readonly without: readonly string[]
  /** By a model: who is asked. `mostImages`: about so many images, drawn by the seed; null: all. */
  readonly model: { readonly endpoint: string; readonly mostImages: number | null } | null
}

export interface BuildContract {
  'build.recipes': { params: NoParams; result: readonly BuildRecipeInfo[] }
  /** The first dialogues that would be built by rule, as the dialect writes them; nothing is written. Rejects with `build/…`. */
  'build.preview': {
    params: { request: BuildRequest; dialect: string; limit: number }
    result: readonly PreviewDialogue[]
  }
  /** What a model would be asked: how many requests about how many images, and the first ones. Nothing is sent. */
  'build.contexts': {
    params: { request: BuildRequest; limit: number }
    result: { readonly requests: number; readonly images: number; readonly examples: readonly ContextExample[] }
  }
  /**
   * Asks a model a few of the requests and shows what would become of its answers; nothing is written, and the answers
   * are kept while the project is open, so that nothing is asked twice. Long: watch `build.progress`. Rejects with
   * `build/…`, and with `endpoint/…` when the server gives no answer at all.
   */
  'build.ask': {
    params: { requestId: string; request: BuildRequest; dialect: string; limit: number }
    result: { readonly dialogues: readonly PreviewDialogue[]; readonly asked: AskedReport }
  }
  /**
   * Writes dialogues into the project, marked as made by rule or by a model, which is asked first. Long: watch
   * `build.progress`. Rejects as `build.preview` and `build.ask` do.
   */
  'build.write': {
    params: { requestId: string; request: BuildRequest }
    result: WriteResult & { readonly asked: AskedReport | null }
  }
  'build.cancel': { params: { requestId: string }; result: { cancelled: boolean } }
}

export interface BuildEvents {
  /** A few times a second while turns are built. Requests to a model while asking, images while building. */
  'build.progress': { requestId: string; phase: 'asking' | 'building'; done: number; total: number }
}
