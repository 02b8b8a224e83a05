/** @file The beginning of a file as text, for telling formats apart. */
import type { DataSource } from '../reading/source'

/** So many arguments every engine takes. */
const LETTERS_AT_A_TIME = 4096

/** null when it is not text. A character cut by the end does not matter; neither does one that is not ASCII. */
export async function headText(source: DataSource, path: string, maxBytes: number): Promise<string | null> {
  const bytes = await source.head(path, maxBytes)
  const letters = bytes.includes(0) ? bytes.filter((byte) => byte !== 0) : bytes
  let text = ''
  // Every format asks for a head; letter by letter they took longer than a small import.
  for (let at = 0; at < letters.length; at += LETTERS_AT_A_TIME)
    text += Reflect.apply(String.fromCharCode, null, letters.subarray(at, at + LETTERS_AT_A_TIME))
  // Byte order marks, as the bytes they are.
  return text.replace(/^(\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '')
}
