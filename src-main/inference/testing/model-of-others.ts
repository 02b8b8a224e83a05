/** @file The tiny model as somebody else would give it away. For test files only. */
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeTinyModel } from './tiny-model'

/** A folder without a card of ours; returns its files by their paths. */
export async function writeModelOfOthers(
  dir: string,
  { licence, hasEnd = false }: { readonly licence: string; readonly hasEnd?: boolean }
): Promise<Record<string, Buffer>> {
  await writeTinyModel(dir, { hasEnd })
  await rm(join(dir, 'eyrie.json'))
  await writeFile(join(dir, 'README.md'), `---\nlicense: ${licence}\n---\n# Tiny\n`)
  const files: Record<string, Buffer> = {}
  for (const name of await readdir(dir, { recursive: true }))
    if (name.includes('.')) files[name] = await readFile(join(dir, name))
  return files
}
