import { describeError } from '../state/error-info'
import { refreshGallery } from '../state/gallery'
import { notify, notifyError } from '../state/notices'
import { pickFolder } from '../state/project'
import { setState } from '../state/studio'
import type { Studio } from '../state/studio'

export const openFolderPicker = (studio: Studio): void => void pickFolder(studio)

/** Looks for new, changed and missing files of the project's folder. */
export function rescan(studio: Studio): void {
  void studio.rpc
    .call('project.rescan', {})
    .then(async (project) => {
      setState(studio, { project })
      await refreshGallery(studio)
      notify(studio, { level: 'success', message: studio.t('project.rescanned', { count: project.counts.images }) })
    })
    .catch((reason: unknown) => notifyError(studio, describeError(reason)))
}
