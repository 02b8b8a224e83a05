/** @file A list of class names as a file, for data sets whose classes are numbers. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { classNamesIn } from '../../src-shared/dataset/class-names'

/** Rejects with `file/missing`, and with `import/no-class-names` when it names none. */
export async function readClassNames(path: string): Promise<readonly string[]> {
  let text: string
  try {
    text = await readFile(resolve(path), 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('file/missing', `The class names of ${path} cannot be read: ${reason}.`, {
      nextStep: 'Give a text file with one name a line.',
      cause
    })
  }
  const names = classNamesIn(text.replace(/^\uFEFF/, ''))
  if (names.length > 0) return names
  throw new AppError('import/no-class-names', `${path} names no class.`, {
    nextStep: 'Give a text file with one name a line.'
  })
}
