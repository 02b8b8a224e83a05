/** @file The beginning of a file as text, for telling formats apart. */
import type { DataSource } from '../reading/source'

/** null when it is not text. A character cut by the end does not matter; neither does one that is not ASCII. */
export async function headText(source: DataSource, path: string, maxBytes: number): Promise<string | null> {
  const bytes = await source.head(path, maxBytes)
  let text = ''
  for (const byte of bytes) if (byte !== 0) text += String.fromCharCode(byte)
  // Byte order marks, as the bytes they are.
  return text.replace(/^(\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '')
}
