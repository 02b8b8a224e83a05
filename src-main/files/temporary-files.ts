/**
 * @file Names of temporary files. They lie in the folder of the file they will become (a rename
 * must not cross file systems) and carry the process that made them, so that what a killed process
 * left behind can be told from what a living one is writing.
 */
import { randomBytes } from 'node:crypto'
import { openSync, closeSync, fsyncSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { livenessOf, ownIdentity } from './process-identity'

const mark = '.eyrie-tmp-'
const pattern = /\.eyrie-tmp-(\d+)-([\d-]+)-[0-9a-f]{8}(-journal|-wal|-shm)?$/

/** A name nobody uses, in the folder of `path`. Long names are cut so that the whole stays under 255 bytes. */
export function temporaryPathFor(path: string): string {
  const self = ownIdentity()
  const stem = Buffer.from(basename(path))
    .subarray(0, 150)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '')
  return join(dirname(path), `.${stem}${mark}${self.pid}-${self.started}-${randomBytes(4).toString('hex')}`)
}

export function isTemporaryName(name: string): boolean {
  return name.startsWith('.') && pattern.test(name)
}

/**
 * Removes temporary files and folders of dead processes in `folder` and returns their names. Files of living
 * processes of this host stay.
 */
export async function removeStaleTemporaryFiles(folder: string): Promise<readonly string[]> {
  const removed: string[] = []
  const self = ownIdentity()
  for (const name of await readdir(folder)) {
    const match = name.startsWith('.') ? pattern.exec(name) : null
    if (!match) continue
    const identity = { ...self, pid: Number(match[1]), started: match[2] ?? '-' }
    if (livenessOf(identity) !== 'dead') continue
    await rm(join(folder, name), { recursive: true, force: true })
    removed.push(name)
  }
  return removed
}

/** Makes a rename or a new name in `folder` survive a power cut. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
