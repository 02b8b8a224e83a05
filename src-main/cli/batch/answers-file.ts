/**
 * @file The answers of `eyrie batch`, a line each, written as they come: what was answered before is found again, so that
 * a run that was stopped goes on where it ended. Of two lines with one id the last one counts.
 */
import { open, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { usageError } from '../output'

// No code made from strings (J8).
z.config({ jitless: true })

const lineSchema = z.looseObject({
  id: z.string(),
  model: z.string(),
  status: z.enum(['complete', 'partial', 'failed'])
})

export interface AnswersFile {
  /** Answered by an earlier run. What failed is asked again. */
  isAnswered(id: string): boolean
  /** Ids that an earlier run left. */
  readonly answered: number
  append(line: object): Promise<void>
  close(): Promise<void>
}

/** Rejects with `cli/usage` when the file cannot be written to, is no file of answers, or holds those of another model. */
export async function openAnswers(path: string, model: string): Promise<AnswersFile> {
  const file = resolve(path)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return ''
    throw usageError(`--out ${path} cannot be read (${code}).`, 'Name another file.')
  })
  // A line without its end was being written when the run was stopped.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const answered = new Set<string>()
  for (const [at, line] of whole.split('\n').entries()) {
    if (line.trim() === '') continue
    const parsed = lineSchema.safeParse(jsonOf(line))
    if (!parsed.success)
      throw usageError(`--out ${path}, line ${at + 1} is no answer.`, 'Name another file; nothing was changed.')
    const { id, status, model: other } = parsed.data
    if (other !== model)
      throw usageError(`--out ${path} holds answers of ${other}.`, `Name another file, or choose --model ${other}.`)
    if (status === 'failed') answered.delete(id)
    else answered.add(id)
  }
  const handle = await open(file, 'a').catch((error: unknown) => {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException
    throw usageError(`--out ${path} cannot be written (${code}).`, 'Name a file in a folder that exists.')
  })
  if (whole.length < text.length) await handle.truncate(Buffer.byteLength(whole))
  const known = answered.size
  return {
    isAnswered: (id) => answered.has(id),
    answered: known,
    append: async (line) => void (await handle.appendFile(`${JSON.stringify(line)}\n`)),
    close: () => handle.close()
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // Refused by the schema, which names the line.
    return null
  }
}
