/**
 * @file The one place that makes windows (J1). A window whose page dies comes back by itself; one that
 * dies three times within a minute asks what to do.
 */
import { BrowserWindow, dialog } from 'electron'
import { createDeathCount } from './death-count'
import { limitNavigation } from './navigation'
import { APP_ADDRESS } from './scheme'

export interface WindowOptions {
  readonly preloadPath: string
  /** Starts the app again without the graphics processor. */
  readonly restartInSafeMode: () => void
}

async function askAboutDeaths(window: BrowserWindow, restartInSafeMode: () => void): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'This window stopped three times within a minute.',
    detail: 'Everything acknowledged is saved. Safe mode starts Eyrie without the graphics processor, the usual cause.',
    buttons: ['Start in safe mode', 'Try again', 'Quit'],
    defaultId: 0,
    cancelId: 2
  })
  if (response === 0) restartInSafeMode()
  else if (response === 1) window.reload()
  else window.close()
}

export async function openWindow({ preloadPath, restartInSafeMode }: WindowOptions): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 600,
    show: false,
    backgroundColor: '#12151a',
    title: 'Eyrie',
    webPreferences: {
      preload: preloadPath,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      experimentalFeatures: false,
      spellcheck: false
    }
  })
  limitNavigation(window.webContents)
  window.once('ready-to-show', () => window.show())
  const deaths = createDeathCount(() => performance.now())
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    if (deaths.isTooMany()) void askAboutDeaths(window, restartInSafeMode)
    else window.reload()
  })
  await window.loadURL(APP_ADDRESS)
  return window
}
