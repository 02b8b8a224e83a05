/** @file The bytes of a project's pictures as they are on disk, for formats that hold them. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { AppError } from '../../src-shared/errors'
import type { ExportSource } from '../../src-shared/formats/format'
import { resolveInside } from '../files/inside'

/** null for what is not there, is no file or lies outside the folder. */
export const imageBytesBelow =
  (imageRoot: string): NonNullable<ExportSource['imageBytes']> =>
  async ({ relativePath }) => {
    let path: string
    try {
      path = await resolveInside(imageRoot, relativePath)
    } catch (error) {
      if (error instanceof AppError && error.code.startsWith('image/')) return null
      throw error
    }
    const found = await stat(path)
    if (!found.isFile()) return null
    return { sizeBytes: found.size, chunks: () => createReadStream(path, { highWaterMark: 1 << 18 }) }
  }
