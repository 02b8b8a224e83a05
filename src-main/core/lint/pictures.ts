/** @file Whether a check of a project compares what the pictures look like: it is the one part that takes long. */
import { splitOfPath } from '../../../src-shared/dataset/split-of-path'
import type { LintPictures } from '../../../src-shared/ipc/contract'
import type { ProjectStore } from '../ports'

const AT_A_TIME = 1000

/** The split of each image whose folder names one. Rejects with the reason of `signal`. */
export async function splitsByFolder(
  store: Pick<ProjectStore, 'listImages'>,
  signal?: AbortSignal
): Promise<ReadonlyMap<string, string>> {
  const splits = new Map<string, string>()
  for (let offset = 0, total = 1; offset < total; offset += AT_A_TIME) {
    signal?.throwIfAborted()
    const page = await store.listImages({ filter: 'all', offset, limit: AT_A_TIME })
    total = page.total
    for (const { image } of page.items) {
      const split = splitOfPath(image.relativePath)
      if (split !== null) splits.set(image.id, split)
    }
  }
  return splits
}

/** `auto`: where a look-alike in another split would be a leak. */
export const arePicturesCompared = (pictures: LintPictures, splits: ReadonlyMap<string, string>): boolean =>
  pictures === 'always' || (pictures === 'auto' && new Set(splits.values()).size > 1)
