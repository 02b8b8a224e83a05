/** @file Which images of a project go to which folder of an export. */
import { assignSplits } from '../../src-shared/dataset/splits'
import type { ExportSplit, SplitBy } from '../../src-shared/dataset/splits'
import type { ImageRecord } from '../../src-shared/document/records'
import type { ProjectStore } from './ports'

export interface SplitOfImages {
  /** null: everything, not split. */
  readonly name: string | null
  readonly isWanted: (imageId: string) => boolean
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

const groupOf = ({ relativePath, contentHash }: ImageRecord, by: SplitBy): string =>
  by === 'folder' ? folderOf(relativePath) : (contentHash ?? relativePath)

/** One nameless split of everything when none were asked for. */
export async function splitsOf(
  store: Pick<ProjectStore, 'documents'>,
  split: ExportSplit | undefined
): Promise<readonly SplitOfImages[]> {
  if (split === undefined) return [{ name: null, isWanted: () => true }]
  const members: { readonly id: string; readonly group: string }[] = []
  for await (const { image } of store.documents('all')) members.push({ id: image.id, group: groupOf(image, split.by) })
  const splitOf = assignSplits(members, split.shares, split.seed)
  return split.shares.map(({ name }, i) => ({ name, isWanted: (id) => splitOf.get(id) === i }))
}
