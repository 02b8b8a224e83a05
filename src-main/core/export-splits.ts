/** @file Which images of a project go to which folder of an export. */
import { assignSplits } from '../../src-shared/dataset/splits'
import type { ExportSplit, SplitBy } from '../../src-shared/dataset/splits'
import { AppError } from '../../src-shared/errors'
import type { ImageRecord } from '../../src-shared/document/records'
import type { Watch } from './export-watch'
import type { LookAlikes } from './near-duplicates'
import type { ProjectStore } from './ports'

export interface SplitOfImages {
  /** null: everything, not split. */
  readonly name: string | null
  readonly isWanted: (imageId: string) => boolean
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

const groupOf = ({ relativePath, contentHash }: ImageRecord, by: SplitBy): string =>
  by === 'folder' ? folderOf(relativePath) : (contentHash ?? relativePath)

/** What a split needs that looks at pictures; `onProgress` hears how many were looked at. */
export type LookAtPictures = (watch: {
  readonly signal?: AbortSignal
  readonly onProgress: (looked: number) => void
}) => Promise<LookAlikes>

export interface SplitImages {
  readonly splits: readonly SplitOfImages[]
  /** Images that could not be looked at though the split is by looks. */
  readonly unseen: number
}

/** One nameless split of everything when none were asked for. Rejects with `export/no-pictures`, `export/cancelled`. */
export async function splitsOf(
  store: Pick<ProjectStore, 'documents'>,
  split: ExportSplit | undefined,
  look: LookAtPictures | undefined,
  watch: Watch
): Promise<SplitImages> {
  if (split === undefined) return { splits: [{ name: null, isWanted: () => true }], unseen: 0 }
  const isByLooks = split.by === 'near-duplicate'
  if (isByLooks && look === undefined) {
    throw new AppError('export/no-pictures', 'These data cannot be split by what the images look like.', {
      nextStep: 'Split them by image or by folder.'
    })
  }
  const alike = isByLooks && look !== undefined ? await watch.look(look) : undefined
  const members: { readonly id: string; readonly group: string }[] = []
  for await (const { image } of store.documents('all')) {
    watch.stopWhenCancelled()
    members.push({ id: image.id, group: alike?.clusterOf(image.id) ?? groupOf(image, split.by) })
  }
  const splitOf = assignSplits(members, split.shares, split.seed)
  const splits = split.shares.map(({ name }, i) => ({ name, isWanted: (id: string) => splitOf.get(id) === i }))
  return { splits, unseen: alike?.unseen ?? 0 }
}
