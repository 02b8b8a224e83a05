const SPLIT_FOLDERS = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'val'],
  ['valid', 'val'],
  ['validation', 'val'],
  ['dev', 'val'],
  ['test', 'test'],
  ['testing', 'test']
])

/** The split a path says by one of its folders; null: it says none. */
export function splitOfPath(relativePath: string): string | null {
  for (const folder of relativePath.split('/').slice(0, -1)) {
    const name = folder.toLowerCase().replace(/(?:19|20)\d\d$/, '')
    const split = SPLIT_FOLDERS.get(name)
    if (split !== undefined) return split
  }
  return null
}
