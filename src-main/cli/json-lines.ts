/** @file Reading a file of JSON objects, one a line, each checked. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors'

/** What to do when the file is not there, and when a line of it is broken. */
export interface LineAdvice {
  readonly missing: string
  readonly broken: string
}

/** Every line as `schema` says; empty lines are passed over. Rejects with `file/missing` or `data/invalid`, naming file and line. */
export async function readLines<T>(path: string, schema: z.ZodType<T>, advice: LineAdvice): Promise<T[]> {
  const found: T[] = []
  let line = 0
  try {
    for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
      line++
      if (text.trim() !== '') found.push(schema.parse(JSON.parse(text)))
    }
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code !== undefined
    const reason =
      error instanceof z.ZodError
        ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
        : (error as Error).message
    throw isMissing
      ? new AppError('file/missing', `${path} cannot be read (${reason}).`, { nextStep: advice.missing })
      : new AppError('data/invalid', `${path}, line ${line}: ${reason}`, { nextStep: advice.broken })
  }
  return found
}
