/**
 * @file The Electron shell: entry `out/main/index.js`. One instance, one core, windows around it.
 * The rules of section J live in the small modules beside this file.
 */
import { app, BrowserWindow, dialog, session } from 'electron'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AppError } from '../../../src-shared/errors'
import { composeCore } from '../../core/compose'
import type { Core } from '../../core/core-options'
import type { Emit } from '../../core/ports'
import { appPlaces } from '../app-places'
import { createDispatch } from '../dispatch'
import { holdNotices } from '../held-notices'
import { createLastProject } from '../last-project'
import { logFault } from '../log'
import { createWindowFetch } from '../window-fetch'
import { emitTo, handleCalls } from './ipc'
import { setMenu } from './menu'
import { limitPermissions } from './permissions'
import { projectArgument } from './project-argument'
import { handleScheme, registerScheme } from './scheme'
import { utilityHostsFrom } from './utility-host'
import { openWindow } from './window'

const CLOSE_WITHIN_MS = 1_800
const SAFE_MODE = '--eyrie-safe-mode'

const places = appPlaces()
app.setName('Eyrie')
app.setPath('userData', join(places.dataDir, 'electron'))
app.enableSandbox()
if (process.argv.includes(SAFE_MODE)) app.disableHardwareAcceleration()
registerScheme()

function restartInSafeMode(): void {
  app.relaunch({ args: [...process.argv.slice(1).filter((arg) => arg !== SAFE_MODE), SAFE_MODE] })
  app.quit()
}

const notices = holdNotices(emitTo(() => BrowserWindow.getAllWindows().map((window) => window.webContents)))
const lastProject = createLastProject(places.dataDir)
const emit: Emit = lastProject.watch(notices.emit)

async function pickFolder(): Promise<string | null> {
  const parent = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
  const options = { properties: ['openDirectory' as const] }
  const { canceled, filePaths } = await (parent
    ? dialog.showOpenDialog(parent, options)
    : dialog.showOpenDialog(options))
  return canceled ? null : (filePaths[0] ?? null)
}

function compose(): Core {
  return composeCore({
    ...places,
    app: {
      version: places.version,
      shell: 'electron',
      platform: process.platform,
      nodeVersion: process.versions.node,
      locale: app.getLocale(),
      folderPicker: 'native'
    },
    spawnHost: utilityHostsFrom(places.mainDir),
    pickFolder,
    emit
  })
}

async function openProject(core: Core, path: string): Promise<void> {
  try {
    await core.openPath(path)
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    dialog.showErrorBox(thrown.message, thrown.nextStep ?? '')
  }
}

function focusWindow(): void {
  const window = BrowserWindow.getAllWindows()[0]
  if (!window) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Quitting waits for the core, but not for ever (B14). */
function closeBeforeQuit(core: Core): void {
  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    lastProject.stop()
    const limit = new Promise<void>((done) => setTimeout(done, CLOSE_WITHIN_MS))
    void Promise.race([core.close(), limit])
      .catch((thrown: unknown) => logFault('closing', thrown))
      .then(() => {
        closed = true
        app.quit()
      })
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit())
}

async function start(): Promise<void> {
  await app.whenReady()
  const core = compose()
  closeBeforeQuit(core)
  limitPermissions(session.defaultSession)
  handleScheme(session.defaultSession, createWindowFetch(places.rendererDir, core), logFault)
  handleCalls(createDispatch(core.handlers, logFault, notices.onCall))
  setMenu(app.getLocale(), process.platform, emit)

  const from = process.env.INIT_CWD ?? process.cwd()
  const project = projectArgument(process.argv)
  if (project === null) await lastProject.reopen(core, notices.emit)
  else await openProject(core, resolve(from, project))
  const windowOptions = { preloadPath: places.preloadPath, restartInSafeMode }
  app.on('second-instance', (_event, argv, folder) => {
    focusWindow()
    const other = projectArgument(argv)
    if (other !== null) void openProject(core, resolve(folder, other))
  })
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void openWindow(windowOptions)
  })
  app.on('window-all-closed', () => {
    notices.onNobody()
    if (process.platform !== 'darwin') app.quit()
  })
  await openWindow(windowOptions)
  // Whoever started us may want to know that a window came to be.
  if (process.env.EYRIE_READY_FILE) writeFileSync(process.env.EYRIE_READY_FILE, '')
}

// The first instance hears of us and comes to the front (B4).
if (!app.requestSingleInstanceLock()) app.quit()
else {
  start().catch((thrown: unknown) => {
    logFault('starting', thrown)
    if (thrown instanceof AppError) dialog.showErrorBox(thrown.message, thrown.nextStep ?? '')
    app.exit(1)
  })
}
