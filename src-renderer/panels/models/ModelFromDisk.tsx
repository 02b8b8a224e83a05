import { FileArchive, FolderOpen } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { FileHandle, FolderListing } from '../../../src-shared/ipc/contract'
import { useStudio, useStudioState } from '../../app/studio-context'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { formatBytes } from '../../app/state/format'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { FailureCard } from '../notices/FailureCard'
import { FolderRows, useFolders } from '../start/FolderBrowser'

/** A model folder, a zip archive of one or a detector's one file, among those the core shows. For computers without a way to a source. */
export function ModelFromDisk({
  onChoose
}: {
  readonly onChoose: (name: string, source: FileHandle) => void
}): ReactElement {
  const t = useT()
  const studio = useStudio()
  const isNative = useStudioState((state) => state.app?.folderPicker === 'native')
  const folders = useFolders()
  const { listing, visit } = folders
  const [error, setError] = useState<ErrorInfo | null>(null)

  async function pick(): Promise<void> {
    try {
      const folder = await studio.rpc.call('files.pickFolder', {})
      if (folder) visit(folder.handle)
      setError(null)
    } catch (reason) {
      setError(describeError(reason))
    }
  }
  return (
    <div className="import-source">
      <p className="details-note">{t('adding.diskNote')}</p>
      {isNative ? (
        <Button size="sm" onClick={() => void pick()}>
          <FolderOpen size={14} />
          {t('import.pickFolder')}
        </Button>
      ) : null}
      <FolderRows folders={folders} />
      <ul className="folder-rows import-files">
        {listing?.models.map((file) => (
          <li key={file.handle}>
            <button
              type="button"
              className="folder-row"
              data-testid="model-archive"
              onClick={() => onChoose(file.name, file.handle)}
            >
              <FileArchive size={15} />
              <span className="truncate">{file.name}</span>
              <span className="numeric import-size">{formatBytes(file.sizeBytes)}</span>
            </button>
          </li>
        ))}
      </ul>
      {listing === null ? null : (
        <Button variant="primary" data-testid="model-folder" onClick={() => onChoose(nameOf(listing), listing.handle)}>
          {t('adding.useFolder', { name: nameOf(listing) })}
        </Button>
      )}
      {error ? <FailureCard told={error} /> : null}
    </div>
  )
}

const nameOf = ({ displayPath }: FolderListing): string => displayPath.split(/[\\/]/).findLast(Boolean) ?? displayPath
