import { FileJson2 } from 'lucide-react'
import { useCallback } from 'react'
import type { ReactElement } from 'react'
import { useStudio } from '../../app/studio-context'
import { useT } from '../../i18n/translate'
import { SourceOnDisk } from '../start/SourceOnDisk'
import type { OnDisk } from '../start/SourceOnDisk'

/** A file or a folder of the data set. */
export function ImportSource({ onChoose }: { readonly onChoose: (source: OnDisk) => void }): ReactElement {
  const t = useT()
  const studio = useStudio()
  // The project's own images are where its annotations most likely are.
  const startAt = useCallback(() => studio.rpc.call('import.place', {}), [studio])
  return (
    <SourceOnDisk
      hint={<p className="import-hint">{t('import.hint')}</p>}
      filesOf={({ files }) => files}
      icon={<FileJson2 size={15} />}
      noFiles={t('import.noFiles')}
      folderButton={(name) => t('import.useFolder', { name })}
      testId={{ file: 'import-file', folder: 'import-folder' }}
      startAt={startAt}
      onChoose={onChoose}
    />
  )
}
