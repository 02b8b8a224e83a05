/** @file Reads the JSON files of a model folder: regular files of bounded size, nothing else (G1, G3). */
import { lstat, open } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import type { AppError } from '../../../src-shared/errors'
import { missingFile, modelProblem } from './problems'

const MAX_CONFIG_BYTES = 4_000_000

export async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

/** Size of a file of the folder; it must be a regular file, not a link (G1). */
export async function regularFileSize(dir: string, model: string, file: string): Promise<number> {
  const stats = await statOrNull(join(dir, ...file.split('/')))
  if (stats === null) throw missingFile(model, file)
  if (!stats.isFile()) throw modelProblem('model/not-a-file', model, `${file} is not a regular file`, { file })
  return stats.size
}

const broken = (model: string, file: string, reason: string, cause?: unknown): AppError =>
  modelProblem('model/bad-config', model, `${file} cannot be used: ${reason}`, { file, cause })

/** UTF-8 text; null when there is no such file. */
export async function readText(dir: string, model: string, file: string): Promise<string | null> {
  if ((await statOrNull(join(dir, file))) === null) return null
  const size = await regularFileSize(dir, model, file)
  if (size > MAX_CONFIG_BYTES) throw broken(model, file, `it is larger than ${MAX_CONFIG_BYTES / 1e6} MB`)
  const handle = await open(join(dir, file))
  try {
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

/** An object; null when there is no such file. */
export async function readObject(
  dir: string,
  model: string,
  file: string
): Promise<Readonly<Record<string, unknown>> | null> {
  const text = await readText(dir, model, file)
  if (text === null) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw broken(model, file, `it is not JSON (${(cause as Error).message})`, cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw broken(model, file, 'it is not an object')
  return value as Readonly<Record<string, unknown>>
}

export function parseAs<S extends z.ZodType>(model: string, file: string, value: unknown, schema: S): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw broken(model, file, `"${issue?.path.join('.') ?? ''}" ${issue?.message ?? 'is wrong'}`)
}

/** Rejects with `model/missing-file`, `model/not-a-file` or `model/bad-config`. */
export async function readJson<S extends z.ZodType>(
  dir: string,
  model: string,
  file: string,
  schema: S
): Promise<z.output<S>> {
  const value = await readObject(dir, model, file)
  if (value === null) throw missingFile(model, file)
  return parseAs(model, file, value, schema)
}
