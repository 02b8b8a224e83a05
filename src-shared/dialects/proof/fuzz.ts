/**
 * @file Broken text by the million: texts a dialect writes, cut, spliced, doubled and sprinkled with its
 * own marks, read in both modes. Reading must not throw, must tile the source, must give finite
 * coordinates, must stream to the same tree, and must not take long.
 */
import { coordinatesOf } from '../../geometry/shape'
import { visitNodes } from '../../grounded/visit'
import { sampleGrammar } from '../grammar'
import type { Dialect, DialectContext, ParseResult } from '../dialect'
import { ODD_SIZES } from './round-trip'
import { integerBetween, pickFrom, seededRandom } from './random'
import type { Random } from './random'

export interface FuzzFinding {
  readonly source: string
  readonly context: DialectContext
  readonly reason: string
}
export interface FuzzFigures {
  readonly dialect: string
  readonly count: number
  /** Regions that were read, so that a run in which nothing is ever a region is seen. */
  readonly regions: number
  readonly slowestMs: number
  readonly finding: FuzzFinding | null
}

const CHARACTERS = [...' \n\t,.;:-+0123456789[](){}<>|/"\'`aZé图😀\u0000\ud800', '1e9', '99999999999999999999', '-0']
/** A text of this size takes microseconds; a hang takes for ever. */
const HANG_MS = 500

const sliceOf = (random: Random, text: string): string => {
  const start = integerBetween(random, 0, text.length)
  return text.slice(start, integerBetween(random, start, text.length))
}

/** Texts that the dialect writes, and pieces of them that are marks. */
function seedsOf(dialect: Dialect, random: Random): readonly string[] {
  const written = Array.from({ length: 24 }, (_, i) =>
    sampleGrammar(dialect.grammar({ form: i % 2 === 0 ? 'answer' : 'regions' }), random)
  )
  const examples = dialect.profile.page?.examples.map(([source]) => source) ?? []
  return [...written, ...examples, ...(dialect.profile.stopTokens ?? [])].filter((text) => text !== '')
}

function mutate(random: Random, seeds: readonly string[]): string {
  let text = pickFrom(random, seeds)
  for (let edits = integerBetween(random, 0, 6); edits > 0; edits--) {
    const at = integerBetween(random, 0, text.length)
    const [before, after] = [text.slice(0, at), text.slice(at)]
    const kind = integerBetween(random, 0, 6)
    if (kind === 0) text = before
    else if (kind === 1) text = after
    else if (kind === 2) text = before + pickFrom(random, CHARACTERS) + after
    else if (kind === 3) text = before + after.slice(1)
    else if (kind === 4) text = before + sliceOf(random, pickFrom(random, seeds)) + after
    else if (kind === 5) text = before + sliceOf(random, text).repeat(integerBetween(random, 1, 4)) + after
    else text = before + pickFrom(random, CHARACTERS) + after.slice(1)
    if (text.length > 2_000) text = text.slice(0, 2_000)
  }
  return text
}

/** What is wrong with a reading; null: nothing. */
export function faultOf(source: string, { tree, diagnostics }: ParseResult): string | null {
  let at = 0
  for (const { type, position } of tree.children) {
    if (position?.start !== at) return `a ${type} begins at ${position?.start}, not at ${at}`
    at = position.end
  }
  if (at !== source.length) return `the nodes end at ${at} of ${source.length}`
  const known = new Set(tree.regions.map(({ id }) => id))
  if (known.size !== tree.regions.length) return 'two regions have one id'
  for (const { shape } of tree.regions) {
    if (!coordinatesOf(shape).every(Number.isFinite)) return 'a coordinate is not finite'
  }
  let fault: string | null = null
  visitNodes(tree.children, (node) => {
    if (node.type === 'phrase' || node.type === 'mention')
      for (const id of node.regionIds) if (!known.has(id)) fault = `region ${id} does not exist`
  })
  for (const { code, position } of diagnostics) {
    const isInside = position !== undefined && position.start >= 0 && position.end <= source.length
    if (!isInside || position.start > position.end) return `${code} lies outside the source`
  }
  return fault
}

function faultOfStream(dialect: Dialect, source: string, context: DialectContext, random: Random): string | null {
  const stream = dialect.stream(context)
  let at = 0
  while (at < source.length) {
    const next = Math.min(source.length, at + integerBetween(random, 1, 12))
    stream.push(source.slice(at, next))
    at = next
  }
  const same = JSON.stringify(stream.end()) === JSON.stringify(dialect.parse(source, context))
  return same ? null : 'the stream ends in another tree'
}

export interface FuzzOptions {
  readonly count: number
  readonly seed: number
  /** Time of the processor, for what takes too long. */
  readonly nowMs: () => number
  /** Ends the run before `count`. */
  readonly isLate?: () => boolean
}

/** Stops at the first finding. */
export function fuzzDialect(dialect: Dialect, { count, seed, nowMs, isLate = () => false }: FuzzOptions): FuzzFigures {
  const random = seededRandom(seed)
  const seeds = seedsOf(dialect, random)
  let [done, regions, slowestMs] = [0, 0, 0]
  let finding: FuzzFinding | null = null
  for (; done < count && finding === null && !isLate(); done++) {
    const source = mutate(random, seeds)
    const mode = random() < 0.5 ? 'strict' : 'lenient'
    const context: DialectContext = { image: pickFrom(random, ODD_SIZES), mode }
    let reason: string | null
    try {
      const started = nowMs()
      const read = dialect.parse(source, context)
      const tookMs = nowMs() - started
      slowestMs = Math.max(slowestMs, tookMs)
      regions += read.tree.regions.length
      reason = tookMs > HANG_MS ? `it took ${tookMs} ms` : faultOf(source, read)
      // Streams and printers are a few times slower; every eighth text is enough to find what they do.
      if (done % 8 === 0) {
        reason ??= faultOfStream(dialect, source, context, random)
        dialect.print(read.tree, context)
      }
    } catch (error) {
      reason = `it threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
    }
    if (reason !== null) finding = { source, context, reason }
  }
  return { dialect: dialect.profile.id, count: done, regions, slowestMs, finding }
}
