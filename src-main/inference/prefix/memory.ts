/** @file What stays of one answer for the next, of one loaded model. */
import { createDraftBook } from '../decode/drafts'
import type { DraftBook } from '../decode/drafts'
import type { ModelFolder } from '../repo/model-folder'
import { createFeatureCache } from './feature-cache'
import type { FeatureCache } from './feature-cache'
import { createPrefixTree } from './prefix-tree'
import type { PrefixTree } from './prefix-tree'

/** Share of the bytes that goes to features of pictures, which are smaller than keys and values. */
const FEATURE_SHARE = 0.2

export interface Memory {
  readonly prefixes: PrefixTree
  readonly features: FeatureCache
  readonly drafts: DraftBook
  /** Before the model is released. */
  clear(): void
}

export function createMemory(maxBytes: number, endTokenIds: ReadonlySet<number> = new Set()): Memory {
  const prefixes = createPrefixTree(maxBytes * (1 - FEATURE_SHARE))
  return {
    prefixes,
    features: createFeatureCache(maxBytes * FEATURE_SHARE),
    drafts: createDraftBook(endTokenIds),
    clear: () => prefixes.clear()
  }
}

/** Names a picture as one model sees it. */
export const pictureKey = ({ card, weights }: ModelFolder, contentHash: string): string =>
  JSON.stringify([card.id, card.revision, weights, contentHash])
