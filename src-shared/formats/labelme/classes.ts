/** @file The list of classes beside the files: it fixes their order, which the files themselves do not. */
import { noted } from '../kit/issue'
import type { ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import type { LabelTool } from './tool'

const MOST_BYTES = 4 * 1024 * 1024
const depthOf = (path: string): number => path.split('/').length

/** Of the one that is highest up; a second one in another order would be a guess. */
export async function classNames(tool: LabelTool, source: DataSource): Promise<ImportItem[]> {
  const found = source.files
    .filter(({ path }) => path.slice(path.lastIndexOf('/') + 1) === tool.classFile)
    .sort((a, b) => depthOf(a.path) - depthOf(b.path))
  const [first, ...others] = found
  if (first === undefined || first.sizeBytes > MOST_BYTES) return []
  const items: ImportItem[] = []
  const names = new Set<string>()
  for await (const lines of source.lines(first.path)) {
    for (const { text } of lines) {
      if (text.trim() === '' || tool.pseudoClasses.includes(text) || names.has(text)) continue
      names.add(text)
      items.push({ type: 'label', name: text })
    }
  }
  for (const { path } of others)
    items.push(noted({ file: path }, 'import/second-class-list', `The order of classes was taken from ${first.path}.`))
  return items
}
