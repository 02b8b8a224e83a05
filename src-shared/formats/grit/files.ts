/** @file Which files are GRIT's: lists, lines or single records with a caption and spans with boxes. */
import { headText } from '../kit/head-text'
import { isNamed } from '../kit/small-json'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'

const HEAD_BYTES = 32 * 1024

/** `list`: one JSON array; `lines`: an object on each line; `one`: a file for one image, as img2dataset unpacks it. */
export type GritLayout = 'list' | 'lines' | 'one'
export interface GritFile {
  readonly path: string
  readonly layout: GritLayout
}

const SPANS = /"(noun_chunks|ref_exps)"\s*:\s*\[/

function layoutOf(head: string, isLines: boolean): GritLayout | null {
  if (!SPANS.test(head) || !/"caption"\s*:/.test(head)) return null
  if (/^\s*\[\s*\{/.test(head)) return 'list'
  if (!/^\s*\{/.test(head)) return null
  // A second object behind the first is a second line, whatever the file is called.
  return isLines || /\}\s*\n\s*\{\s*"/.test(head) ? 'lines' : 'one'
}

export async function gritFiles(source: DataSource): Promise<readonly GritFile[]> {
  const found: GritFile[] = []
  for (const { path } of source.files) {
    const isLines = isNamed(path, 'jsonl') || isNamed(path, 'ndjson')
    if (!isLines && !isNamed(path, 'json')) continue
    const head = await headText(source, path, HEAD_BYTES)
    const layout = head === null ? null : layoutOf(head, isLines)
    if (layout !== null) found.push({ path, layout })
  }
  return found
}

export async function recogniseGrit(source: DataSource): Promise<Recognition | null> {
  const files = await gritFiles(source)
  return files.length === 0
    ? null
    : {
        score: 0.97,
        because: 'captions with noun_chunks and ref_exps, as the GRIT data of Kosmos-2 has them',
        paths: files.map(({ path }) => path)
      }
}
