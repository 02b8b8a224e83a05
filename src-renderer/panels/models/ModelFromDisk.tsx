import { FileArchive } from 'lucide-react'
import type { ReactElement } from 'react'
import type { FileHandle } from '../../../src-shared/ipc/contract'
import { useT } from '../../i18n/translate'
import { SourceOnDisk } from '../start/SourceOnDisk'

/** A model folder, a zip archive of one or a detector's one file. For computers without a way to a source. */
export function ModelFromDisk({
  onChoose
}: {
  readonly onChoose: (name: string, source: FileHandle) => void
}): ReactElement {
  const t = useT()
  return (
    <SourceOnDisk
      hint={<p className="details-note">{t('adding.diskNote')}</p>}
      filesOf={({ models }) => models}
      icon={<FileArchive size={15} />}
      noFiles={null}
      folderButton={(name) => t('adding.useFolder', { name })}
      isFolderUsual
      testId={{ file: 'model-archive', folder: 'model-folder' }}
      onChoose={({ name, handle }) => onChoose(name, handle)}
    />
  )
}
