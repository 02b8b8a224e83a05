/** @file What a window may ask about masks that a model makes of regions. */
import type { ImageId } from '../../document/records'
import type { Committed } from '../../document/transaction'
import type { RegionId } from '../../grounded/nodes'

export interface MaskContract {
  /**
   * Shows a model the regions of one object, points on it and at most one that has an extent; or several that have one,
   * each an object of its own. Commits the masks it makes as proposals with their labels and words, all in one step.
   * `without`: regions where the model saw no object. modelId null: the first model that makes masks. Null when it was
   * cancelled. Rejects with `model/no-masker`, `mask/…`, `inference/…`.
   */
  'mask.make': {
    params: { requestId: string; imageId: ImageId; regionIds: readonly RegionId[]; modelId: string | null }
    result: { committed: Committed; regionIds: readonly RegionId[]; without: readonly RegionId[] } | null
  }
  'mask.cancel': { params: { requestId: string }; result: { cancelled: boolean } }
}
