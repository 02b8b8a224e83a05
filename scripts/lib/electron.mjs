/**
 * @file The Electron program, when there is one. It is found by reading path.txt: `require('electron')`
 * would start a download of its own, without a limit.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureOnce, SET_UP_LOCK } from './lock.mjs'
import { environmentFor } from './node.mjs'
import { inRoot } from './paths.mjs'
import { say } from './stop.mjs'

/** Where the package is, and where a failure to fetch its program is remembered. */
const INSTALLED = {
  folder: inRoot('node_modules/electron'),
  failureMark: inRoot('node_modules/.electron-not-fetched'),
  lock: SET_UP_LOCK
}
const REMEMBER_FAILURE_MS = 24 * 60 * 60 * 1000
const NO_PROGRESS_MS = 20_000
const LONGEST_MS = 15 * 60 * 1000

/** Path of the Electron program, or null. */
export function electronBinary({ folder } = INSTALLED) {
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(pathFile, 'utf8'))
  return existsSync(path) ? path : null
}

/** Why a window cannot be shown here, or null. */
export function noWindowReason(env = process.env, platform = process.platform, uid = process.getuid?.()) {
  if (env.EYRIE_SHELL === 'serve') return 'EYRIE_SHELL=serve asks for the browser'
  if (platform !== 'linux') return null
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display'
  if (uid === 0) return 'Electron does not run as root'
  return null
}

/**
 * Bytes of all files below `path`; 0 where there is nothing. Walked by hand: `recursive` of readdir
 * is not in every Node that may start us. What a running download removes meanwhile counts as gone.
 */
export function folderBytes(path) {
  let entries
  try {
    entries = readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return 0
    throw error
  }
  let bytes = 0
  for (const entry of entries) {
    const below = join(path, entry.name)
    bytes += entry.isDirectory() ? folderBytes(below) : (statSync(below, { throwIfNoEntry: false })?.size ?? 0)
  }
  return bytes
}

const failedLately = ({ failureMark }) =>
  existsSync(failureMark) && Date.now() - statSync(failureMark).mtimeMs < REMEMBER_FAILURE_MS

/**
 * One attempt to fetch the program with Electron's own installer, ended when nothing arrives for
 * 20 s; of two starts at once one does it and the other waits. A failure is remembered for a day.
 * Resolves to its path, or null.
 */
export async function fetchElectron(node, place = INSTALLED) {
  if (!existsSync(join(place.folder, 'install.js'))) return null
  const isSettled = () => electronBinary(place) !== null || failedLately(place)
  await ensureOnce(isSettled, () => fetchNow(node, place), place.lock)
  return electronBinary(place)
}

async function fetchNow(node, place) {
  const { folder, failureMark } = place
  say('fetching Electron (once, about 110 MB; Ctrl-C is safe)')
  // A temporary folder of its own shows how far the download is: the installer does not say.
  const scratch = mkdtempSync(join(tmpdir(), 'eyrie-electron-'))
  const env = { ...environmentFor(node), TMPDIR: scratch, TEMP: scratch, TMP: scratch }
  const child = spawn(node, [join(folder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env,
    windowsHide: true
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text))
  const ended = new Promise((settle) => {
    child.once('exit', (code) => settle(code))
    child.once('error', (error) => {
      complaint = error.message
      settle(-1)
    })
  })
  const startedAt = performance.now()
  let [progressAt, bytes, stalled] = [startedAt, 0, false]
  const watch = setInterval(() => {
    const [now, bytesNow] = [performance.now(), folderBytes(scratch) + folderBytes(join(folder, 'dist'))]
    if (bytesNow !== bytes) [progressAt, bytes] = [now, bytesNow]
    if (now - progressAt > NO_PROGRESS_MS || now - startedAt > LONGEST_MS) {
      stalled = true
      child.kill('SIGKILL')
    }
  }, 500)
  const code = await ended
  clearInterval(watch)
  rmSync(scratch, { recursive: true, force: true })
  if (code !== 0 || electronBinary(place) === null) {
    const reason = stalled ? 'nothing arrived for 20 seconds' : (complaint.trim().split('\n')[0] ?? `code ${code}`)
    writeFileSync(failureMark, `${reason}\n`)
    say(`Electron could not be fetched: ${reason}. It is tried again in a day, or after: npx install-electron`)
  }
}
