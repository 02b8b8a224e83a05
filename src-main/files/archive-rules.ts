/** @file What archives of strangers may hold, whatever they are packed in (F1-F3), and what is said of those that break it. */
import { AppError } from '../../src-shared/errors'

export interface ArchiveLimits {
  readonly entries: number
  readonly fileBytes: number
  readonly totalBytes: number
  /** Unpacked bytes for each packed one, once more than `ratioFromBytes` came. */
  readonly ratio: number
  readonly ratioFromBytes: number
}
export const ARCHIVE_LIMITS: ArchiveLimits = {
  entries: 2_000_000,
  fileBytes: 32 * 2 ** 30,
  totalBytes: 256 * 2 ** 30,
  ratio: 200,
  ratioFromBytes: 64 * 2 ** 20
}

export interface Unpacked {
  readonly files: number
  readonly bytes: number
  /** Files whose names differ from another's in letter case only: one of them would be lost on some systems. */
  readonly caseCollisions: number
}

export const damaged = (path: string, reason: string, cause?: unknown): AppError =>
  new AppError('import/archive', `${path} cannot be unpacked: ${reason}.`, {
    nextStep: 'Get the archive again, or unpack it yourself and choose the folder.',
    data: { file: path },
    ...(cause === undefined ? {} : { cause })
  })
export const unsafe = (path: string, entry: string, reason: string): AppError =>
  new AppError('import/archive-unsafe', `${path} is not unpacked: ${JSON.stringify(entry)} ${reason}.`, {
    nextStep: 'Nothing of it was unpacked. Ask whoever made the archive for one of plain files.',
    data: { file: path, entry }
  })
export const tooLarge = (path: string, reason: string): AppError =>
  new AppError('import/archive-too-large', `${path} is not unpacked: ${reason}.`, {
    nextStep: 'If you trust the archive, unpack it yourself and choose the folder.',
    data: { file: path }
  })

/** Why a name is not taken, `/` separated; null when it stays inside. */
export function unsafeName(name: string): string | null {
  const parts = name.replace(/\/$/, '').split('/')
  if (/[\0\uFFFD\\]/.test(name) || /^[a-zA-Z]:/.test(name)) return 'has a name that is none of a plain file'
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'leads out of the archive'
  return parts.some((part) => Buffer.byteLength(part) > 255) ? 'has a name that is too long' : null
}
