/** @file Reading a few files in memory, for tests. */
import type { Format } from '../format'
import type { ImportImage, ImportIssue, ImportItem, ImportRegion } from '../reading/item'
import type { ReaderOptions } from '../reading/reader'
import { memorySource } from '../reading/memory-source'
import type { MemoryFiles } from '../reading/memory-source'

export interface ReadFiles {
  readonly items: readonly ImportItem[]
  readonly images: readonly ImportImage[]
  readonly regions: readonly ImportRegion[]
  readonly issues: readonly ImportIssue[]
  readonly labels: readonly string[]
  /** `severity code`, each once, in order of first appearance. */
  readonly said: readonly string[]
}

export async function readFiles(
  format: Format,
  files: Readonly<Record<string, string | Uint8Array>>,
  more: Omit<MemoryFiles, 'files'> = {},
  options: ReaderOptions = {}
): Promise<ReadFiles> {
  const source = memorySource({ files: new Map(Object.entries(files)), ...more })
  const items: ImportItem[] = []
  for await (const batch of format.reader?.read(source, options) ?? []) items.push(...batch)
  const of = <T extends ImportItem['type']>(type: T): readonly Extract<ImportItem, { type: T }>[] =>
    items.filter((item): item is Extract<ImportItem, { type: T }> => item.type === type)
  const issues = of('issue')
  return {
    items,
    images: of('image'),
    regions: of('region'),
    issues,
    labels: of('label').map(({ name }) => name),
    said: [...new Set(issues.map(({ severity, code }) => `${severity} ${code}`))]
  }
}
