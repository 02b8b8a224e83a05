/** @file Whether a check of a project compares what the pictures look like: it is the one part that takes long. */
import { splitOfPath } from '../../../src-shared/dataset/split-of-path'
import type { LintPictures } from '../../../src-shared/ipc/contract'
import type { ProjectStore } from '../ports'

/** The split of each image whose folder names one. Rejects with the reason of `signal`. */
export async function splitsByFolder(
  store: Pick<ProjectStore, 'documents'>,
  signal?: AbortSignal
): Promise<ReadonlyMap<string, string>> {
  const splits = new Map<string, string>()
  for await (const { image } of store.documents('all')) {
    signal?.throwIfAborted()
    const split = splitOfPath(image.relativePath)
    if (split !== null) splits.set(image.id, split)
  }
  return splits
}

/** `auto`: where a look-alike in another split would be a leak. */
export const arePicturesCompared = (pictures: LintPictures, splits: ReadonlyMap<string, string>): boolean =>
  pictures === 'always' || (pictures === 'auto' && new Set(splits.values()).size > 1)
