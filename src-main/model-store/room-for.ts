/** @file Is there room for a model: on the disk of the store, and in this computer's memory. */
import { statfs } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import { AppError } from '../../src-shared/errors'
import type { MachineRoom } from '../../src-shared/ipc/contract'
import { nearestFolder } from '../files/nearest-folder'

/** Left free on the disk besides the model: a full disk takes the person's labels with it. */
const KEPT_FREE_BYTES = 500_000_000

/** `os.freemem` counts what the system could give back on Linux; a container's limit counts before the machine's. */
export function memoryNow(): Pick<MachineRoom, 'freeMemoryBytes' | 'totalMemoryBytes'> {
  const limit = process.constrainedMemory()
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  const available = limit > 0 ? Math.min(process.availableMemory(), freemem()) : freemem()
  return { freeMemoryBytes: Math.min(total, available), totalMemoryBytes: total }
}

/** `dir` may not be there yet. */
export async function machineRoom(dir: string): Promise<MachineRoom> {
  const { bavail, bsize } = await statfs(await nearestFolder(dir))
  return { freeDiskBytes: bavail * bsize, ...memoryNow() }
}

export const gigabytes = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`

/** What must be free: `diskBytes` more on the disk, and `memoryBytes` at least for the weights alone. */
export interface Needed {
  readonly diskBytes: number
  readonly memoryBytes: number
}

/** Why it cannot fit, with the figures; null when it can. Memory that others use now may come free: only the whole of it refuses. */
export function whyItCannotFit(name: string, needed: Needed, room: MachineRoom): AppError | null {
  const { freeDiskBytes, totalMemoryBytes } = room
  if (needed.diskBytes + KEPT_FREE_BYTES > freeDiskBytes) {
    return new AppError(
      'model-store/no-disk',
      `${name} needs ${gigabytes(needed.diskBytes)} on the disk and ${gigabytes(KEPT_FREE_BYTES)} must stay free; ${gigabytes(freeDiskBytes)} are free.`,
      {
        nextStep: 'Make room on the disk, or choose smaller weights.',
        data: { neededBytes: needed.diskBytes, keptFreeBytes: KEPT_FREE_BYTES, freeBytes: freeDiskBytes }
      }
    )
  }
  if (needed.memoryBytes > totalMemoryBytes) {
    return new AppError(
      'model-store/no-memory',
      `${name} needs at least ${gigabytes(needed.memoryBytes)} of memory for its weights; this computer has ${gigabytes(totalMemoryBytes)}.`,
      {
        nextStep: 'Choose smaller weights or a smaller model, or run it on a server (eyrie endpoints).',
        data: { neededBytes: needed.memoryBytes, totalBytes: totalMemoryBytes }
      }
    )
  }
  return null
}
