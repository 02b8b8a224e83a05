/** @file Names of files that another system could not hold (B18): said when they are written, never changed. */

/** Windows' own names, with any extension. */
const DEVICES = /^(con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(\.|$)/i
const FORBIDDEN = /[<>:"\\|?*]|\p{Cc}|[. ]$/u

export interface ForeignNames {
  /** Paths with a part that Windows refuses or would change. */
  readonly windows: number
  /** Paths that differ from another in letter case or Unicode form only: Windows and macOS keep one of them. */
  readonly merged: number
  /** The first of either. */
  readonly first: string | null
}

const isForeign = (path: string): boolean => path.split('/').some((part) => DEVICES.test(part) || FORBIDDEN.test(part))

/** `/` separated paths. */
export function foreignNames(paths: Iterable<string>): ForeignNames {
  const seen = new Set<string>()
  let [windows, merged] = [0, 0]
  let first: string | null = null
  for (const path of paths) {
    const key = path.normalize('NFC').toLowerCase()
    const isMerged = seen.has(key)
    seen.add(key)
    if (isForeign(path)) windows++
    if (isMerged) merged++
    if (isMerged || isForeign(path)) first ??= path
  }
  return { windows, merged, first }
}
