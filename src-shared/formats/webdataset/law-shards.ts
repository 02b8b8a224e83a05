/** @file What is in shards that we wrote, as files: for test files and fuzz targets only. Strangers' archives are unpacked by src-main. */
import type { MemoryFileMap } from '../law-projects'
import { entryBytes } from './tar'

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** Entries of a plain tar archive. */
function entriesOf(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>()
  for (let at = 0; at + 512 <= archive.byteLength && archive[at] !== 0;) {
    const header = archive.subarray(at, at + 512)
    const name = text(header.subarray(0, 100)).replace(/\0.*$/s, '')
    const size = Number.parseInt(text(header.subarray(124, 135)), 8)
    entries.set(name, archive.slice(at + 512, at + 512 + size))
    at += entryBytes(size)
  }
  return entries
}
export const unpackShards = (files: MemoryFileMap): MemoryFileMap =>
  new Map(
    [...files].flatMap(([name, content]) =>
      typeof content === 'string'
        ? []
        : [...entriesOf(content)].map(([entry, bytes]) => [`${name.replace('.tar', '')}/${entry}`, bytes] as const)
    )
  )
