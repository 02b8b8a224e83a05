/** @file New training turns, as a window asks for them. */
import type { PreviewDialogue, WriteResult } from '../../builders/report'
import type { NoParams } from './names'

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

export interface BuildContract {
  'build.recipes': { params: NoParams; result: readonly BuildRecipeInfo[] }
  /** The first dialogues that would be built, as the dialect writes them; nothing is written. Rejects with `build/…`. */
  'build.preview': {
    params: { request: BuildRequest; dialect: string; limit: number }
    result: readonly PreviewDialogue[]
  }
  /** Writes them into the project, marked as made by rule. Long: watch `build.progress`. Rejects with `build/…`. */
  'build.write': { params: { requestId: string; request: BuildRequest }; result: WriteResult }
  'build.cancel': { params: { requestId: string }; result: { cancelled: boolean } }
}

export interface BuildEvents {
  /** A few times a second while turns are built. Images. */
  'build.progress': { requestId: string; done: number; total: number }
}
