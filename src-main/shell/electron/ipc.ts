/** @file The one channel of calls and the one of events between a window and the core (J6). */
import { ipcMain } from 'electron'
import type { IpcMainInvokeEvent, WebContents } from 'electron'
import { AppError } from '../../../src-shared/errors'
import { CALL_CHANNEL, EVENT_CHANNEL } from '../../../src-shared/ipc/channels'
import type { Reply } from '../../../src-shared/ipc/channels'
import { toWireError } from '../../../src-shared/ipc/wire-error'
import type { Emit } from '../../core/ports'
import type { Dispatch } from '../dispatch'
import { isAppAddress } from './scheme'

/** Only the app's own page, in the top frame of a window: no frame, no worker, no other address. */
const isOwnPage = ({ senderFrame, sender }: IpcMainInvokeEvent): boolean =>
  senderFrame !== null && senderFrame === sender.mainFrame && isAppAddress(senderFrame.url)

const foreignSender = (): Reply => ({
  ok: false,
  error: toWireError(new AppError('ipc/foreign-sender', 'A page that is not the app asked the core for something.'))
})

export function handleCalls(dispatch: Dispatch): void {
  ipcMain.handle(CALL_CHANNEL, (event, method: unknown, params: unknown): Promise<Reply> | Reply =>
    isOwnPage(event) ? dispatch(method, params) : foreignSender()
  )
}

/** Sends every event to every window that is there at the time. */
export const emitTo =
  (windows: () => readonly WebContents[]): Emit =>
  (event, value) => {
    for (const contents of windows()) {
      if (!contents.isDestroyed() && isAppAddress(contents.getURL())) contents.send(EVENT_CHANNEL, event, value)
    }
  }
