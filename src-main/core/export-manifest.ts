/** @file The manifest beside an export: what was written, with hashes, so that a copy can be checked and replaced. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DialectSpace } from '../../src-shared/dialects/dialect'
import { AppError } from '../../src-shared/errors'
import type { ExportCertificate } from '../../src-shared/formats/round-trip/certificate'
import type { CorrectionRange, ExportCounts, ExportSummary } from '../../src-shared/formats/format'
import type { StagedChunk, StagedFile } from '../files/staged-files'

export const manifestName = (formatId: string): string => `${formatId}.manifest.json`

export interface ManifestFacts {
  readonly format: string
  /** Null for formats without text. */
  readonly dialect: string | null
  /** What fractions in the text mean, where somebody chose; absent: the dialect's own. */
  readonly space?: DialectSpace
  readonly includeProposals: boolean
  readonly split: {
    readonly shares: Readonly<Record<string, number>>
    readonly by: string
    readonly seed: number
  } | null
  /** Which corrections were asked for; absent where all were. */
  readonly corrections?: CorrectionRange
  readonly counts: ExportCounts
  readonly skipped: ExportSummary['skipped']
  readonly losses: ExportSummary['losses']
  readonly certificates: readonly ExportCertificate[]
  readonly files: readonly StagedFile[]
}

/** No date: the same project gives the same manifest. One file a line. */
export function* manifestChunks({ files, ...facts }: ManifestFacts): Generator<StagedChunk> {
  const fileName = manifestName(facts.format)
  const head = JSON.stringify({ madeBy: 'Eyrie', manifestVersion: 1, ...facts }, null, 2)
  yield { fileName, text: `${head.slice(0, head.lastIndexOf('}')).trimEnd()},\n  "files": [` }
  for (const [i, file] of files.entries())
    yield { fileName, text: `${i === 0 ? '' : ','}\n    ${JSON.stringify(file)}` }
  yield { fileName, text: `${files.length === 0 ? '' : '\n  '}]\n}\n` }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Files that an earlier export of this format left in the folder; none where it left no manifest, or one that is not
 * ours any more: then nothing is known to be stale, and nothing is taken away.
 */
export async function filesOfEarlierExport(folder: string, formatId: string): Promise<readonly string[]> {
  let manifest: unknown
  try {
    manifest = JSON.parse(await readFile(join(folder, manifestName(formatId)), 'utf8'))
  } catch (cause) {
    if (cause instanceof SyntaxError || (cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new AppError('export/unreadable-manifest', `${manifestName(formatId)} cannot be read.`, {
      nextStep: 'Take the file away or choose another folder.',
      cause
    })
  }
  if (!isRecord(manifest) || manifest['madeBy'] !== 'Eyrie' || !Array.isArray(manifest['files'])) return []
  return manifest['files'].flatMap((file: unknown) =>
    isRecord(file) && typeof file['path'] === 'string' ? [file['path']] : []
  )
}
