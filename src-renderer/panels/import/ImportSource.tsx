import { FileJson2, FolderOpen } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { FolderListing } from '../../../src-shared/ipc/contract'
import { useStudio, useStudioState } from '../../app/studio-context'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { formatBytes } from '../../app/state/format'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { FailureCard } from '../notices/FailureCard'
import { FolderRows, useFolders } from '../start/FolderBrowser'
import type { ChosenSource } from './use-import'

/** A file or a folder of the data set, among those the core shows. */
export function ImportSource({ onChoose }: { readonly onChoose: (source: ChosenSource) => void }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const isNative = useStudioState((state) => state.app?.folderPicker === 'native')
  const folders = useFolders()
  const { listing, visit } = folders
  const [error, setError] = useState<ErrorInfo | null>(null)
  const folderName = listing === null ? '' : nameOf(listing)

  /** The folder dialog of the system only leads to a folder; what is meant in it is chosen here. */
  async function pick(): Promise<void> {
    try {
      const folder = await studio.rpc.call('files.pickFolder', {})
      if (folder) visit(folder.handle)
      setError(null)
    } catch (reason) {
      setError(describeError(reason))
    }
  }

  // The projects's own images are where its annotations most likely are.
  useEffect(() => {
    studio.rpc
      .call('import.place', {})
      .then((place) => visit(place))
      .catch((reason: unknown) => setError(describeError(reason)))
  }, [studio, visit])

  return (
    <div className="import-source">
      <p className="import-hint">{t('import.hint')}</p>
      {isNative ? (
        <Button size="sm" onClick={() => void pick()}>
          <FolderOpen size={14} />
          {t('import.pickFolder')}
        </Button>
      ) : null}
      <FolderRows folders={folders}>
        {listing?.files.map((file) => (
          <li key={file.handle}>
            <button type="button" className="folder-row" data-testid="import-file" onClick={() => onChoose(file)}>
              <FileJson2 size={15} />
              <span className="truncate">{file.name}</span>
              <span className="numeric import-size">{formatBytes(file.sizeBytes)}</span>
            </button>
          </li>
        ))}
        {listing !== null && listing.files.length === 0 ? (
          <li className="folder-none import-none">{t('import.noFiles')}</li>
        ) : null}
      </FolderRows>
      {listing === null ? null : (
        <Button data-testid="import-folder" onClick={() => onChoose({ handle: listing.handle, name: folderName })}>
          {t('import.useFolder', { name: folderName })}
        </Button>
      )}
      {error ? <FailureCard told={error} /> : null}
    </div>
  )
}

const nameOf = ({ displayPath }: FolderListing): string => displayPath.split(/[\\/]/).findLast(Boolean) ?? displayPath
