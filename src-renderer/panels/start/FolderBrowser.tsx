import { CornerLeftUp, FileStack, Folder } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import type { FileHandle, FolderListing } from '../../../src-shared/ipc/contract'
import { useStudio, useStudioState } from '../../app/studio-context'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { openFolderProject, openProjectFile } from '../../app/state/project'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import type { Translate } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { useListKeys } from '../../ui/use-list-keys'
import { FailureCard } from '../notices/FailureCard'

interface Listing {
  readonly listing: FolderListing | null
  readonly error: ErrorInfo | null
  readonly visit: (handle: FileHandle | null) => void
}

/** Folders as the core shows them to this session, from the person's home on. */
export function useFolders(): Listing {
  const studio = useStudio()
  const [listing, setListing] = useState<FolderListing | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const visit = useCallback(
    (handle: FileHandle | null): void => {
      studio.rpc
        .call('files.list', { handle })
        .then((next) => {
          setListing(next)
          setError(null)
        })
        .catch((reason: unknown) => setError(describeError(reason)))
    },
    [studio]
  )
  useEffect(() => visit(null), [visit])
  return { listing, error, visit }
}

export function FolderBrowser(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const folders = useFolders()
  const { listing } = folders
  const isOpening = useStudioState((state) => state.opening)
  const openError = useStudioState((state) => state.startError)
  const close = (): void => setState(studio, { overlay: null, startError: null })
  return (
    <Dialog
      title={t('folder.title')}
      testId="folder-browser"
      closable={!isOpening}
      onClose={close}
      footer={
        <>
          <span className="folder-count" role="status">
            {listing ? imagesIn(t, listing) : ''}
          </span>
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button
            variant="primary"
            disabled={!listing || isOpening}
            data-testid="folder-open"
            onClick={() => listing && void openFolderProject(studio, listing.handle)}
          >
            {isOpening ? <span className="spinner" /> : null}
            {t('folder.open')}
          </Button>
        </>
      }
    >
      <FolderRows folders={folders} onProject={(handle) => void openProjectFile(studio, handle)} />
      {openError ? <FailureCard told={openError} /> : null}
    </Dialog>
  )
}

/** A project takes the images of all folders below, so a folder of folders is no empty one. */
const imagesIn = (t: Translate, { imageCount, folders }: FolderListing): string =>
  t(folders.length > 0 ? 'folder.imagesAndBelow' : 'folder.images', { count: imageCount })

export function FolderRows({
  folders,
  onProject,
  children
}: {
  readonly folders: Listing
  readonly onProject?: (handle: FileHandle) => void
  /** Rows after the folders. */
  readonly children?: ReactNode
}): ReactElement {
  const t = useT()
  const onListKey = useListKeys('button')
  const list = useRef<HTMLUListElement>(null)
  const { listing, error, visit } = folders
  // The row that was entered is gone, and the focus with it: the keys go on in what it held.
  useEffect(() => {
    if (listing !== null && document.activeElement === document.body) list.current?.querySelector('button')?.focus()
  }, [listing])
  return (
    <div className="folder">
      <p className="mono folder-path">{listing?.displayPath ?? ''}</p>
      {error ? <FailureCard told={error} /> : null}
      <ul ref={list} className="folder-rows" onKeyDown={onListKey}>
        {listing?.parent ? (
          <li>
            <button type="button" className="folder-row" onClick={() => visit(listing.parent)}>
              <CornerLeftUp size={15} />
              {t('folder.up')}
            </button>
          </li>
        ) : null}
        {listing?.folders.map((folder) => (
          <li key={folder.handle}>
            <button type="button" className="folder-row" data-testid="folder-row" onClick={() => visit(folder.handle)}>
              <Folder size={15} />
              <span className="truncate">{folder.name}</span>
            </button>
          </li>
        ))}
        {onProject
          ? listing?.projects.map((project) => (
              <li key={project.handle}>
                <button type="button" className="folder-row folder-project" onClick={() => onProject(project.handle)}>
                  <FileStack size={15} />
                  <span className="truncate">{project.name}</span>
                </button>
              </li>
            ))
          : null}
        {children}
      </ul>
      {listing && children === undefined && listing.folders.length === 0 && listing.projects.length === 0 ? (
        <p className="folder-none">{t('folder.none')}</p>
      ) : null}
    </div>
  )
}
