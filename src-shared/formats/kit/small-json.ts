/** @file JSON files that hold one image each: small, so their top level is put together before it is read. */
import type { DataSource } from '../reading/source'
import type { JsonObject } from './json-fields'

/** By its extension, in any case. */
export const isNamed = (path: string, extension: string): boolean => path.toLowerCase().endsWith(`.${extension}`)

/**
 * The top level of a file, without prototype; null when it is not an object. A value that `isKept` says no to is only
 * `true` where it was there (not null), so that a picture inside the file costs nothing.
 */
export async function topLevelOf(
  source: DataSource,
  path: string,
  isKept: (key: string) => boolean = () => true
): Promise<JsonObject | null> {
  const entries = new Map<string, unknown>()
  for await (const batch of source.json(path)) {
    if (batch.section === '') return null
    if (batch.kind === 'value') {
      const value = isKept(batch.section) || batch.value === null ? batch.value : true
      entries.set(batch.section, value)
      continue
    }
    const known = entries.get(batch.section)
    if (batch.firstIndex > 0 && Array.isArray(known)) for (const element of batch.elements) known.push(element)
    else entries.set(batch.section, isKept(batch.section) ? [...batch.elements] : true)
  }
  return Object.fromEntries(entries)
}
