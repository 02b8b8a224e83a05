import { FolderOpen } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import type { FileHandle, FolderListing } from '../../../src-shared/ipc/contract'
import { useStudio, useStudioState } from '../../app/studio-context'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { formatBytes } from '../../app/state/format'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { FailureCard } from '../notices/FailureCard'
import { FolderRows, useFolders } from './FolderBrowser'

export interface OnDisk {
  readonly handle: FileHandle
  readonly name: string
}

/** A file or a folder, among those the core shows: its files are rows behind the folders, the folder itself is a button. */
export function SourceOnDisk({
  hint,
  filesOf,
  icon,
  noFiles,
  folderButton,
  isFolderUsual = false,
  testId,
  startAt,
  onChoose
}: {
  readonly hint: ReactNode
  /** What of a folder may be chosen. */
  readonly filesOf: (listing: FolderListing) => FolderListing['files']
  readonly icon: ReactNode
  /** Said of a folder without such files; null: nothing. */
  readonly noFiles: string | null
  /** Words of the button for the folder itself. */
  readonly folderButton: (name: string) => string
  /** A folder is what most people choose. */
  readonly isFolderUsual?: boolean
  readonly testId: { readonly file: string; readonly folder: string }
  /** Where it begins; else at the person's home. Stable. */
  readonly startAt?: () => Promise<FileHandle | null>
  readonly onChoose: (source: OnDisk) => void
}): ReactElement {
  const t = useT()
  const studio = useStudio()
  const isNative = useStudioState((state) => state.app?.folderPicker === 'native')
  const folders = useFolders()
  const { listing, visit } = folders
  const [error, setError] = useState<ErrorInfo | null>(null)
  const files = listing === null ? [] : filesOf(listing)

  const goTo = useCallback(
    async (find: () => Promise<FileHandle | null>, otherwise: 'stay' | 'home'): Promise<void> => {
      try {
        const handle = await find()
        if (handle !== null || otherwise === 'home') visit(handle)
        setError(null)
      } catch (reason) {
        setError(describeError(reason))
      }
    },
    [visit]
  )
  useEffect(() => {
    if (startAt !== undefined) void goTo(startAt, 'home')
  }, [goTo, startAt])
  /** The folder dialog of the system only leads to a folder; what is meant in it is chosen here. */
  const pick = async (): Promise<FileHandle | null> => (await studio.rpc.call('files.pickFolder', {}))?.handle ?? null

  return (
    <div className="import-source">
      {hint}
      {isNative ? (
        <Button size="sm" onClick={() => void goTo(pick, 'stay')}>
          <FolderOpen size={14} />
          {t('import.pickFolder')}
        </Button>
      ) : null}
      <FolderRows folders={folders}>
        {files.map((file) => (
          <li key={file.handle}>
            <button type="button" className="folder-row" data-testid={testId.file} onClick={() => onChoose(file)}>
              {icon}
              <span className="truncate">{file.name}</span>
              <span className="numeric import-size">{formatBytes(file.sizeBytes)}</span>
            </button>
          </li>
        ))}
        {listing !== null && files.length === 0 && noFiles !== null ? (
          <li className="folder-none import-none">{noFiles}</li>
        ) : null}
      </FolderRows>
      {listing === null ? null : (
        <Button
          variant={isFolderUsual ? 'primary' : 'secondary'}
          data-testid={testId.folder}
          onClick={() => onChoose({ handle: listing.handle, name: nameOf(listing) })}
        >
          {folderButton(nameOf(listing))}
        </Button>
      )}
      {error ? <FailureCard told={error} /> : null}
    </div>
  )
}

const nameOf = ({ displayPath }: FolderListing): string => displayPath.split(/[\\/]/).findLast(Boolean) ?? displayPath
