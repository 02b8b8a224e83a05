/**
 * @file Opaque names for the folders and files this session showed to a window (J6). A handle says
 * nothing of its path and cannot be made up; one path has one handle for as long as the core lives.
 */
import { randomBytes } from 'node:crypto'
import { AppError } from '../../src-shared/errors'
import type { FileHandle } from '../../src-shared/ipc/contract'

/** `data`: a file of a data set. */
export type HandleKind = 'folder' | 'project' | 'data'

export interface FileHandles {
  /** The handle of an absolute path. */
  give(kind: HandleKind, path: string): FileHandle
  /** Throws `files/unknown-handle` for anything this session did not give out as that kind. */
  resolve(kind: HandleKind, handle: FileHandle): string
}

const HANDLE_BYTES = 16

export function createFileHandles(): FileHandles {
  const pathOf = new Map<FileHandle, string>()
  const handleOf = new Map<string, FileHandle>()
  return {
    give(kind, path) {
      const key = `${kind} ${path}`
      const known = handleOf.get(key)
      if (known !== undefined) return known
      const handle = `${kind}-${randomBytes(HANDLE_BYTES).toString('base64url')}`
      handleOf.set(key, handle)
      pathOf.set(handle, path)
      return handle
    },
    resolve(kind, handle) {
      const path = handle.startsWith(`${kind}-`) ? pathOf.get(handle) : undefined
      if (path === undefined) {
        throw new AppError('files/unknown-handle', `This ${kind} was not shown in this session.`, {
          nextStep: `Choose the ${kind} again.`
        })
      }
      return path
    }
  }
}
