/** The module that `electron` resolves to. */
import { app, theApp } from './app.mjs'
import { closeBrowser, startBrowser } from './browser.mjs'
import { handlers, ipcMain } from './ipc.mjs'
import { dialog, Menu, shell } from './menus.mjs'
import { installedPermissions, protocol, session, setReadyCheck } from './scheme.mjs'
import { unmodelled } from './strict.mjs'
import { utilityProcess } from './utility.mjs'
import { BrowserWindow } from './windows.mjs'

export { app, BrowserWindow, dialog, ipcMain, Menu, protocol, session, shell, utilityProcess }
export const contextBridge = unmodelled('contextBridge')
export const ipcRenderer = unmodelled('ipcRenderer')
export const clipboard = unmodelled('clipboard')
export const screen = unmodelled('screen')
export const nativeTheme = unmodelled('nativeTheme')
export const powerMonitor = unmodelled('powerMonitor')
export const net = unmodelled('net')

setReadyCheck(() => theApp.isReady())
BrowserWindow.onAllClosed = () => theApp.emit('window-all-closed')

export async function boot() {
  await startBrowser()
  theApp.becomeReady()
}

const everything = {
  app: theApp,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  protocol,
  session,
  shell,
  utilityProcess,
  installedPermissions,
  handlers
}
export default everything

// The launcher's `evaluate`: the same shape as Playwright's `electronApp.evaluate`.
process.on('message', async ({ evaluate, source, argument }) => {
  try {
    const value = await new Function(`return (${source})`)()(everything, argument)
    process.send({ evaluated: evaluate, value })
  } catch (error) {
    process.send({ evaluated: evaluate, error: String(error?.stack ?? error) })
  }
})
process.on('disconnect', () => closeBrowser().then(() => process.exit(0)))
