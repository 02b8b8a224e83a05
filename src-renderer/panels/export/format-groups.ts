/** @file The formats as a person looks for them: by what they are for, and by words. Pure. */
import type { ExportFormatInfo } from '../../../src-shared/ipc/contract'

export const FORMAT_GROUPS = ['dialogues', 'corrections', 'regions', 'grounding', 'captions'] as const
export type FormatGroup = (typeof FORMAT_GROUPS)[number]

/** By what comes back from it: a format is for what it keeps best. */
export function groupOf({
  takesCorrections,
  keeps
}: Pick<ExportFormatInfo, 'takesCorrections' | 'keeps'>): FormatGroup {
  if (takesCorrections) return 'corrections'
  if (keeps === null) return 'dialogues'
  if (keeps.dialogues !== 'none') return 'dialogues'
  const captions = keeps.captions ?? 'none'
  if (captions === 'grounded' || captions === 'expressions') return 'grounding'
  const holdsRegions = keeps.regions === undefined || keeps.regions === 'all' || keeps.regions.length > 0
  return holdsRegions ? 'regions' : 'captions'
}

const folded = (text: string): string => text.normalize('NFKC').toLowerCase()

/** Every word of `query` stands somewhere in the format's name, file or id. */
export function matches({ id, name, fileName }: ExportFormatInfo, query: string): boolean {
  const text = folded(`${name} ${fileName} ${id}`)
  return folded(query)
    .split(/\s+/)
    .every((word) => text.includes(word))
}

export interface GroupedFormats {
  readonly group: FormatGroup
  readonly formats: readonly ExportFormatInfo[]
}

/** Groups in their order, without the empty ones. */
export const grouped = (formats: readonly ExportFormatInfo[]): readonly GroupedFormats[] =>
  FORMAT_GROUPS.map((group) => ({ group, formats: formats.filter((format) => groupOf(format) === group) })).filter(
    (one) => one.formats.length > 0
  )
