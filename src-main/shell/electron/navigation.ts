/**
 * @file Where a window may go: nowhere but the app (J4). A link outside opens in the person's browser,
 * https at once, http after a question.
 * https://www.electronjs.org/docs/latest/tutorial/security#13-disable-or-limit-navigation
 */
import { dialog, shell } from 'electron'
import type { WebContents } from 'electron'
import { isAppAddress } from './scheme'

/** The only door to the outside. Other schemes (file:, javascript:, custom ones) are ignored. */
export async function openOutside(address: string): Promise<void> {
  const url = URL.parse(address)
  if (url?.protocol === 'https:') await shell.openExternal(url.href)
  if (url?.protocol !== 'http:') return
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    message: `Open ${url.host}?`,
    detail: `This address is not encrypted:\n${url.href}`,
    buttons: ['Cancel', 'Open'],
    cancelId: 0,
    defaultId: 0
  })
  if (response === 1) await shell.openExternal(url.href)
}

export function limitNavigation(contents: WebContents): void {
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    if (!isAppAddress(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    void openOutside(url)
    return { action: 'deny' }
  })
}
