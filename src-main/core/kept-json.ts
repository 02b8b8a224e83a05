/**
 * @file Small JSON files of the app itself (settings, recent list). Written atomically; a broken one
 * is set aside and rebuilt with a notice, never a reason not to start (B15).
 */
import { mkdir, readFile, rename } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { writeFileAtomically } from '../files/atomic-write'
import type { Emit } from './ports'

/** `undefined`: there is none, or it was broken and is now beside it as `<name>.broken`. */
export async function readKeptJson(path: string, emit: Emit): Promise<unknown> {
  let source: string
  try {
    source = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    noteRebuilt(path, emit, `it could not be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`)
    return undefined
  }
  try {
    return JSON.parse(source) as unknown
  } catch {
    // What was wrong inside matters to nobody; the file is kept for whoever wants to look.
    await rename(path, `${path}.broken`)
    noteRebuilt(path, emit, `it was not JSON; it is kept as ${basename(path)}.broken`)
    return undefined
  }
}

export function noteRebuilt(path: string, emit: Emit, reason: string): void {
  emit('notice', {
    level: 'warning',
    code: 'app/settings-rebuilt',
    message: `${basename(path)} was made new: ${reason}.`,
    nextStep: 'Look through the settings; projects and labels are not affected.',
    data: { fileName: basename(path) }
  })
}

export async function writeKeptJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`, { overwrite: true })
}
