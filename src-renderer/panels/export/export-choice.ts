/** @file What a person chooses of an export, and how it is kept for the next one of the project. Pure. */
import { DIALECT_SPACES } from '../../../src-shared/dialects/dialect'
import type { DialectSpace } from '../../../src-shared/dialects/dialect'
import { SPLIT_BY } from '../../../src-shared/dataset/splits'
import type { ExportSplit, SplitBy } from '../../../src-shared/dataset/splits'
import type { ExportFormatId } from '../../../src-shared/ipc/contract'

export interface ShareChoice {
  /** Of the folder. */
  readonly name: string
  /** As typed; of all images. */
  readonly percent: string
}

export interface ExportChoice {
  readonly formats: readonly ExportFormatId[]
  /** null: that of the model in use. */
  readonly dialect: string | null
  /** null: the dialect's own. */
  readonly space: DialectSpace | null
  readonly includeProposals: boolean
  readonly overwrite: boolean
  readonly isSplit: boolean
  readonly shares: readonly ShareChoice[]
  readonly seed: string
  readonly splitBy: SplitBy
  /** As typed; IoU of what a model said and what became of it. */
  readonly minIou: string
  readonly maxIou: string
}

export const FIRST_CHOICE: ExportChoice = {
  formats: [],
  dialect: null,
  space: null,
  includeProposals: false,
  overwrite: false,
  isSplit: false,
  shares: [
    { name: 'train', percent: '80' },
    { name: 'val', percent: '10' },
    { name: 'test', percent: '10' }
  ],
  seed: '0',
  splitBy: 'image',
  minIou: '0',
  maxIou: '1'
}

export const MOST_SHARES = 8

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/
const NUMBER = /^\d+(\.\d+)?$/
const TOLERANCE = 1e-6

/** Sum of the shares as typed, percent; what is no number counts as nothing. */
export const percentTotal = (shares: readonly ShareChoice[]): number =>
  shares.reduce((sum, { percent }) => sum + (NUMBER.test(percent.trim()) ? Number(percent) : 0), 0)

export type SplitProblem = 'name' | 'twice' | 'share' | 'total' | 'seed'

/** Why the split cannot be made; null: it can, or none is wanted. */
export function splitProblem({ isSplit, shares, seed }: ExportChoice): SplitProblem | null {
  if (!isSplit) return null
  if (shares.some(({ name }) => !NAME.test(name.trim()))) return 'name'
  if (new Set(shares.map(({ name }) => name.trim().toLowerCase())).size < shares.length) return 'twice'
  if (shares.some(({ percent }) => !NUMBER.test(percent.trim()) || Number(percent) <= 0)) return 'share'
  if (Math.abs(percentTotal(shares) - 100) > 100 * TOLERANCE) return 'total'
  return /^\d{1,15}$/.test(seed.trim()) ? null : 'seed'
}

/** null: one data set. Only without a `splitProblem`. */
export const splitOf = ({ isSplit, shares, seed, splitBy }: ExportChoice): ExportSplit | null =>
  isSplit
    ? {
        shares: shares.map(({ name, percent }) => ({ name: name.trim(), share: Number(percent) / 100 })),
        seed: Number(seed),
        by: splitBy
      }
    : null

/** null: as typed it is no range of IoUs. */
export function iouRange({
  minIou,
  maxIou
}: ExportChoice): { readonly minIou: number; readonly maxIou: number } | null {
  if (!NUMBER.test(minIou.trim()) || !NUMBER.test(maxIou.trim())) return null
  const range = { minIou: Number(minIou), maxIou: Number(maxIou) }
  return range.minIou <= range.maxIou && range.maxIou <= 1 ? range : null
}

const isText = (value: unknown): value is string => typeof value === 'string'
const oneOf = <T extends string>(values: readonly T[], value: unknown): T | null =>
  values.find((known) => known === value) ?? null

/** What was kept; a field that is not what it was is as at first. */
export function readChoice(text: string | null): ExportChoice {
  let value: Partial<Record<keyof ExportChoice, unknown>>
  try {
    value = (JSON.parse(text ?? '{}') ?? {}) as typeof value
  } catch {
    // Cut off or of another version: a person who chose before chooses again.
    return FIRST_CHOICE
  }
  const { formats, dialect, shares } = value
  const flag = (name: 'includeProposals' | 'overwrite' | 'isSplit'): boolean => value[name] === true
  const typed = (name: 'seed' | 'minIou' | 'maxIou'): string => (isText(value[name]) ? value[name] : FIRST_CHOICE[name])
  const kept = Array.isArray(shares)
    ? shares.flatMap((share: Partial<ShareChoice> | null): ShareChoice[] =>
        isText(share?.name) && isText(share.percent) ? [{ name: share.name, percent: share.percent }] : []
      )
    : []
  return {
    formats: Array.isArray(formats) ? formats.filter(isText) : [],
    dialect: isText(dialect) ? dialect : null,
    space: oneOf(DIALECT_SPACES, value.space),
    includeProposals: flag('includeProposals'),
    // Never kept: what is replaced is said each time anew.
    overwrite: false,
    isSplit: flag('isSplit'),
    shares: kept.length > 0 && kept.length <= MOST_SHARES ? kept : FIRST_CHOICE.shares,
    seed: typed('seed'),
    splitBy: oneOf(SPLIT_BY, value.splitBy) ?? 'image',
    minIou: typed('minIou'),
    maxIou: typed('maxIou')
  }
}
