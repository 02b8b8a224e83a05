/**
 * @file One damaged input and what a reader makes of it: `read`, `read and told`, or the code of its refusal; anything
 * else is a fault. The input follows from whole files, a seed and an index, so a fault is named by two numbers.
 */
import { AppError } from '../../errors'
import type { ImageSize } from '../../geometry/space'
import type { Format } from '../format'
import type { MemoryFileMap } from '../law-projects'
import type { ImportItem } from '../reading/item'
import { memorySource } from '../reading/memory-source'
import type { FormatReader } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { Chance } from './chance'
import { damaged, wholeOf } from './damage'
import type { Whole } from './damage'
import { faultOf } from './sound'

/** Whole files that the format reads, small ones; the images are there to be asked for their size. */
export interface FuzzSeed {
  readonly files: MemoryFileMap
  readonly images: ReadonlyMap<string, ImageSize>
}
export interface FuzzTarget {
  readonly format: Format
  readonly seeds: readonly (FuzzSeed & { readonly whole: Whole })[]
}
export interface FuzzInput {
  readonly files: MemoryFileMap
  readonly images: ReadonlyMap<string, ImageSize>
  /** The reader is asked first whether it is its format: once in four times, since that costs as much as reading. */
  readonly isAsked: boolean
}
export interface FuzzOutcome {
  readonly outcome: string
  /** Codes of what was told, each once. */
  readonly told: ReadonlySet<string>
  /** null: it is as it should be. */
  readonly fault: string | null
}

export function fuzzTarget(format: Format, seeds: readonly FuzzSeed[]): FuzzTarget {
  if (format.reader === undefined) throw new Error(`${format.info.id} has no reader`)
  if (seeds.length === 0) throw new Error(`${format.info.id} has no whole files to damage`)
  return { format, seeds: seeds.map((seed) => ({ ...seed, whole: wholeOf(seed.files) })) }
}

export function inputOf({ seeds }: FuzzTarget, seed: number, index: number): FuzzInput {
  const chance = new Chance(seed, index)
  const { whole, images } = chance.of(seeds)
  return { isAsked: chance.once(4), files: damaged(whole, chance), images }
}

const isRefusal = (error: unknown): error is AppError => error instanceof AppError && error.code.startsWith('import/')

/** What cannot be recognised may be read all the same, where a person says what it is. */
async function recognised(reader: FormatReader | undefined, source: DataSource): Promise<void> {
  try {
    await reader?.recognise(source)
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
}

const NOTHING: ReadonlySet<string> = new Set()

export async function outcomeOf({ info, reader }: Format, { files, images, isAsked }: FuzzInput): Promise<FuzzOutcome> {
  const items: ImportItem[] = []
  try {
    const source = memorySource({ files, imageSizes: images })
    if (isAsked) await recognised(reader, source)
    for await (const batch of reader?.read(source, {}) ?? []) items.push(...batch)
    const told = new Set(items.flatMap((item) => (item.type === 'issue' ? [item.code] : [])))
    return { outcome: told.size === 0 ? 'read' : 'read and told', told, fault: faultOf(items, files) }
  } catch (error) {
    if (isRefusal(error)) {
      const fault = error.message === '' ? `a refusal of ${info.id} without words` : null
      return { outcome: error.code, told: NOTHING, fault }
    }
    return {
      outcome: 'fault',
      told: NOTHING,
      fault: error instanceof Error ? (error.stack ?? error.message) : String(error)
    }
  }
}
