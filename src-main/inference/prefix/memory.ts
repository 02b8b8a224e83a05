/** @file What stays of one answer for the next, of one loaded model. */
import { createDraftBook } from '../decode/drafts'
import type { DraftBook } from '../decode/drafts'
import type { ModelFolder } from '../repo/model-folder'
import { createFeatureCache } from './feature-cache'
import type { FeatureCache } from './feature-cache'
import type { FeatureStore } from './feature-store'
import { createPrefixTree } from './prefix-tree'
import type { PrefixTree } from './prefix-tree'

/** Share of the bytes that goes to features of pictures, which are smaller than keys and values. */
const FEATURE_SHARE = 0.2

/** How many calls of the decoder a token took, guesses and all, in the last answers. */
export interface Pace {
  /** null: nothing was answered yet. */
  readonly callsPerToken: number | null
  answered(calls: number, tokens: number): void
}

/** Share of what was known before in what is known after one more answer. */
const OLD_SHARE = 0.7

function createPace(): Pace {
  let calls = 0
  let tokens = 0
  return {
    get callsPerToken() {
      return tokens === 0 ? null : calls / tokens
    },
    answered(newCalls, newTokens) {
      calls = calls * OLD_SHARE + newCalls
      tokens = tokens * OLD_SHARE + newTokens
    }
  }
}

export interface KeptFeatures {
  readonly store: FeatureStore
  /** Of what the features depend on, besides the picture (repo/vision-identity.ts). */
  readonly identity: string
}

export interface Memory {
  readonly prefixes: PrefixTree
  readonly features: FeatureCache
  readonly drafts: DraftBook
  readonly pace: Pace
  /** Features on disk; null: none are kept there. */
  readonly kept: KeptFeatures | null
  /** Before the model is released. */
  clear(): void
}

export function createMemory(
  maxBytes: number,
  endTokenIds: ReadonlySet<number> = new Set(),
  kept: KeptFeatures | null = null
): Memory {
  const prefixes = createPrefixTree(maxBytes * (1 - FEATURE_SHARE))
  return {
    prefixes,
    features: createFeatureCache(maxBytes * FEATURE_SHARE),
    drafts: createDraftBook(endTokenIds),
    pace: createPace(),
    kept,
    clear: () => prefixes.clear()
  }
}

/** Names a picture as one model sees it. */
export const pictureKey = ({ card, weights }: ModelFolder, contentHash: string): string =>
  JSON.stringify([card.id, card.revision, weights, contentHash])
