/** @file What a window sees of the file system while it looks for a folder (serve has no native dialog). */
import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { FolderListing } from '../../src-shared/ipc/contract'
import { sortNaturally } from '../../src-shared/document/natural-order'
import { hasImageExtension } from '../files/sniff'
import type { FileHandles } from './file-handles'
import { displayPath } from './places'

export const PROJECT_EXTENSION = '.eyrie'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is gone',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  ENOTDIR: 'it is not a folder'
}

/** What annotations come in; a hint for people, readers look at what is in a file. */
const DATA_EXTENSIONS: ReadonlySet<string> = new Set(
  'json jsonl ndjson xml txt yaml yml csv tsv parquet tar gz zip p pkl pickle'.split(' ').map((name) => `.${name}`)
)

/** What a model comes in, where it is one file. */
const MODEL_EXTENSIONS: ReadonlySet<string> = new Set(['.zip', '.onnx'])

async function filesOf(
  folder: string,
  names: readonly string[],
  extensions: ReadonlySet<string>
): Promise<readonly { readonly name: string; readonly sizeBytes: number }[]> {
  const found: { name: string; sizeBytes: number }[] = []
  for (const name of names) {
    if (!extensions.has(extname(name).toLowerCase())) continue
    // One that went away since the folder was read is not shown.
    const facts = await lstat(join(folder, name)).catch(() => null)
    if (facts?.isFile() === true) found.push({ name, sizeBytes: facts.size })
  }
  return found
}

export async function listFolder(path: string, handles: FileHandles, homeDir: string): Promise<FolderListing> {
  let entries
  try {
    entries = await readdir(path, { withFileTypes: true })
  } catch (cause) {
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException
    throw new AppError(
      'files/unreadable-folder',
      `The folder ${basename(path)} cannot be shown: ${REASONS[code] ?? code}.`,
      {
        nextStep: 'Go back and choose another folder.',
        cause
      }
    )
  }
  const visible = sortNaturally(
    entries.filter((entry) => !entry.name.startsWith('.')),
    (entry) => entry.name
  )
  const parent = dirname(path)
  const names = visible.filter((entry) => entry.isFile()).map(({ name }) => name)
  const given = async (extensions: ReadonlySet<string>): Promise<FolderListing['files']> =>
    (await filesOf(path, names, extensions)).map(({ name, sizeBytes }) => ({
      handle: handles.give('data', join(path, name)),
      name,
      sizeBytes
    }))
  return {
    handle: handles.give('folder', path),
    displayPath: displayPath(path, homeDir),
    parent: parent === path ? null : handles.give('folder', parent),
    folders: visible
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => ({ handle: handles.give('folder', join(path, name)), name })),
    projects: visible
      .filter((entry) => entry.isFile() && entry.name.endsWith(PROJECT_EXTENSION))
      .map(({ name }) => ({ handle: handles.give('project', join(path, name)), name })),
    files: await given(DATA_EXTENSIONS),
    models: await given(MODEL_EXTENSIONS),
    imageCount: visible.filter((entry) => entry.isFile() && hasImageExtension(entry.name)).length
  }
}
