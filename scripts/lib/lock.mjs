/**
 * @file One set-up at a time: two first starts at once must not install or build into the same folder.
 * The lock is a file that names its process; one whose process is gone is nobody's.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { inRoot } from './paths.mjs'
import { say, Stop } from './stop.mjs'

export const SET_UP_LOCK = inRoot('.eyrie/set-up.lock')
const LOOK_EVERY_MS = 250
/** For locks of another computer on a shared disk, whose process cannot be asked. */
const LONGEST_MS = 60 * 60 * 1000

const own = `${process.pid} ${hostname()}`

function take(path) {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, own, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw new Stop(
      `${dirname(path)} cannot be written (${error.code}). Make the folder of Eyrie writable for you, or copy it to one that is.`
    )
  }
}

/** What the lock says, or null when it is gone. */
function read(path) {
  try {
    return { holder: readFileSync(path, 'utf8'), ageMs: Date.now() - statSync(path).mtimeMs }
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives and belongs to someone else.
    return error.code === 'EPERM'
  }
}

function isLeftBehind({ holder, ageMs }) {
  const [pid, host] = holder.split(' ')
  // Between making the file and writing it there is nothing in it.
  if (!(Number(pid) > 0)) return ageMs > 10_000
  return host === hostname() ? !isRunning(Number(pid)) : ageMs > LONGEST_MS
}

/** Moves a lock that was left behind out of the way, and puts it back when somebody took it meanwhile. */
function removeLeftBehind(path, holder) {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  if (readFileSync(aside, 'utf8') === holder) rmSync(aside)
  else renameSync(aside, path)
}

/** Runs `work` while no other process runs one under the same `path`; waits for that, and says so once. */
export async function withLock(path, work) {
  let isSaid = false
  while (!take(path)) {
    const found = read(path)
    if (found === null) continue
    if (isLeftBehind(found)) {
      removeLeftBehind(path, found.holder)
      continue
    }
    if (!isSaid) say('another start is installing or building; waiting for it')
    isSaid = true
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS))
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

/**
 * Does what is missing, once: `isDone` is asked again when the lock is ours, because whoever had it
 * may have done it. Resolves to whether `work` ran here.
 */
export async function ensureOnce(isDone, work, path = SET_UP_LOCK) {
  if (isDone()) return false
  return withLock(path, async () => {
    if (isDone()) return false
    await work()
    return true
  })
}
