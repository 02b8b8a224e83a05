/** @file The folder that a path lies in as far as it is there: what is asked for the disk it will be on. */
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** `path` itself, or the nearest folder above it that exists. */
export async function nearestFolder(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      if ((await stat(folder)).isDirectory() || folder === dirname(folder)) return folder
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || folder === dirname(folder)) throw error
    }
  }
}
