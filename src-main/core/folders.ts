/** @file What a window sees of the file system while it looks for a folder (serve has no native dialog). */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
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
    imageCount: visible.filter((entry) => entry.isFile() && hasImageExtension(entry.name)).length
  }
}
