import type { Committed } from '../../../src-shared/document/transaction'
import { touchedRegions } from './document-session'
import { describeError } from './error-info'
import { confirmProject, receiveCommitted } from './events'
import { openImage } from './images'
import { transactionName } from './names'
import { notify, notifyError } from './notices'
import { setState, stateOf } from './studio'
import type { Studio } from './studio'

/** Shows what an undo or redo touched: the image, its regions, and a line naming the change. */
async function showStep(studio: Studio, direction: 'undo' | 'redo', committed: Committed): Promise<void> {
  receiveCommitted(studio, committed)
  const { transaction } = committed
  const { imageId } = transaction
  if (imageId && imageId !== stateOf(studio).imageId) await openImage(studio, imageId)
  const present = new Set(stateOf(studio).document?.regions.map((region) => region.id))
  const touched = touchedRegions(transaction).filter((id) => present.has(id))
  if (touched.length > 0) setState(studio, { selection: touched })
  const name = transactionName(studio.t, transaction.label)
  notify(studio, {
    level: 'info',
    message: studio.t(direction === 'undo' ? 'history.undid' : 'history.redid', { name })
  })
}

async function travel(studio: Studio, direction: 'undo' | 'redo'): Promise<void> {
  // What is still on its way is the newest edit: it must arrive before it can be taken back.
  if (!(await studio.queue.flush())) {
    notify(studio, {
      level: 'error',
      message: studio.t('history.blocked'),
      nextStep: studio.t('notice.unsavedBlocksNext')
    })
    return
  }
  try {
    await confirmProject(studio)
    const committed = await studio.rpc.call(direction === 'undo' ? 'history.undo' : 'history.redo', {})
    if (committed) await showStep(studio, direction, committed)
    else
      notify(studio, {
        level: 'info',
        message: studio.t(direction === 'undo' ? 'history.nothingToUndo' : 'history.nothingToRedo')
      })
  } catch (reason) {
    notifyError(studio, describeError(reason))
  }
}

export const undo = (studio: Studio): Promise<void> => travel(studio, 'undo')
export const redo = (studio: Studio): Promise<void> => travel(studio, 'redo')
