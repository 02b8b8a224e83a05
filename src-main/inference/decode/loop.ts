/**
 * @file From a prompt to the last token of an answer: greedy choice under a constraint, with forced
 * tokens and guesses fed in one call with what the model chose. Knows nothing of pictures and words.
 *
 * [Note: One call] A call is fed what was said and is not known to the decoder yet, and behind it a
 * guess. Its logits are read row by row: the first row says what follows what was said, each further
 * one what follows the guess so far. The first row whose choice is not the guessed token ends the
 * reading; the decoder goes back to there.
 */
import type { DecodeLimit } from '../../core/ports'
import type { Positions } from '../families/positions'
import type { KeyValueCache } from '../kv/cache'
import { cutsAnywhere } from '../kv/strategy'
import type { Constraint } from './constraint'
import type { Decoder } from './decoder'
import type { DraftBook, Hints } from './drafts'
import { pickToken } from './pick-token'
import type { RivalReader } from './rivals'
import type { Proposals } from '../prefix/feature-cache'
import type { SaidToken } from './saying'

/** Positions fed to the decoder in one call. Bounds memory, and how long one call keeps a cancel waiting. */
export const PREFILL_CHUNK = 256
/** Where going back means feeding again, a guess behind more than this is not worth it. */
const MAX_REPEATED = 16

/** What the decoder is told before its first word. */
export interface Told {
  readonly decoder: Decoder
  /** Known already; stays the caller's. */
  readonly known: KeyValueCache
  /** float32 `[count, width]`, behind `known`; at least one row. */
  readonly embeds: Float32Array
  readonly positions: Positions | null
  /** False: positions fed together see each other, so the prompt is one call and every token another. */
  readonly isCausal: boolean
  /** The last ids of the prompt, and what the answer may hold, for guesses. */
  readonly ids: readonly number[]
  readonly proposals: Proposals
}

export interface LoopHooks {
  /** A call has come back. Throws to end the loop. */
  between(): void
  /** The prompt is known, the first word is about to come. `cache` covers the prompt at least; it stays the loop's. */
  begun(cache: KeyValueCache): void
  /** `token` belongs to the answer and takes `position` of the context. A limit ends it, but not within what is forced. */
  say(token: SaidToken, where: { readonly position: number }): DecodeLimit | null
}

export interface LoopOptions {
  readonly model: string
  readonly width: number
  readonly maxPositions: number
  readonly endTokenIds: ReadonlySet<number>
  readonly constraint: Constraint | undefined
  /** Without: nothing is guessed. */
  readonly drafts: DraftBook | null
  readonly rivals: RivalReader
  embed(ids: readonly number[]): Promise<Float32Array>
}

export interface LoopEnd {
  readonly stop: 'end' | 'length'
  readonly limit: DecodeLimit | null
  /** What the decoder knows at the end; the caller's, unless it is `known`. */
  readonly cache: KeyValueCache
  /** Calls of the decoder, those of the prompt included. */
  readonly calls: number
}

/** Rows to feed: some with positions of their own, others one after another behind them. */
interface Rows {
  readonly embeds: Float32Array
  readonly positions: Positions | null
}

function slice({ embeds, positions }: Rows, width: number, from: number, to: number): Rows {
  return {
    embeds: embeds.subarray(from * width, to * width),
    positions: positions && { axes: positions.axes.map((axis) => axis.subarray(from, to)), next: positions.next }
  }
}

function joined({ embeds, positions }: Rows, more: Float32Array, count: number): Rows {
  if (count === 0) return { embeds, positions }
  if (embeds.length === 0) return { embeds: more, positions: null }
  const both = new Float32Array(embeds.length + more.length)
  both.set(embeds)
  both.set(more, embeds.length)
  if (positions === null) return { embeds: both, positions }
  const { axes, next } = positions
  return {
    embeds: both,
    positions: {
      axes: axes.map((axis) => Int32Array.from([...axis, ...Array.from({ length: count }, (_, at) => next + at)])),
      next: next + count
    }
  }
}

const optional = (positions: Positions | null): { positions?: Positions } => (positions === null ? {} : { positions })

/** Feeds rows in chunks. Returns a cache of the caller's; `known` itself when there are none. */
export async function feedRows(
  decoder: Decoder,
  known: KeyValueCache,
  rows: Rows,
  {
    width,
    between,
    behind = 0
  }: {
    readonly width: number
    readonly between: () => void
    /** Rows that will be fed behind these. */
    readonly behind?: number
  }
): Promise<{ readonly cache: KeyValueCache; readonly calls: number }> {
  const count = rows.embeds.length / width
  let cache = known
  let calls = 0
  try {
    for (let at = 0; at < count; at += PREFILL_CHUNK) {
      const size = Math.min(PREFILL_CHUNK, count - at)
      const { embeds, positions } = slice(rows, width, at, at + size)
      const ahead = count - at - size + behind
      const { cache: next } = await decoder.forward(embeds, size, cache, { ...optional(positions), ahead })
      if (cache !== known) cache.release()
      cache = next
      calls++
      between()
    }
    return { cache, calls }
  } catch (error) {
    if (cache !== known) cache.release()
    throw error
  }
}

class Loop {
  private cache: KeyValueCache
  private calls = 0
  /** Fed by the next call: what is left of the prompt, then what was said. */
  private prompt: Rows = NO_ROWS
  private queue: readonly number[] = []
  private limit: DecodeLimit | null = null
  private position: number
  private readonly said: number[]
  private readonly told: Told
  private readonly options: LoopOptions
  private readonly hooks: LoopHooks
  private readonly book: DraftBook | null
  private readonly hints: Hints
  /** Several rows of a call mean what they would mean one by one. */
  private readonly canVerify: boolean

  constructor(told: Told, options: LoopOptions, hooks: LoopHooks) {
    this.told = told
    this.options = options
    this.hooks = hooks
    this.cache = told.known
    this.position = told.known.length + told.embeds.length / options.width
    this.said = [...told.ids]
    this.hints = { prompt: told.ids, proposals: told.proposals }
    this.canVerify = told.isCausal && told.decoder.givesAllRows
    this.book = this.canVerify ? options.drafts : null
  }

  /** Takes over `next` as what the decoder knows. */
  private know(next: KeyValueCache): void {
    if (this.cache !== this.told.known && this.cache !== next) this.cache.release()
    this.cache = next
  }

  private say(token: SaidToken, allowed: Int32Array | null): void {
    this.options.constraint?.accept(token.id)
    this.book?.learn(this.said, token.id, allowed, this.hints)
    this.said.push(token.id)
    const reached = this.hooks.say(token, { position: this.position++ })
    this.limit ??= reached
  }

  private guess(): readonly number[] {
    const { constraint } = this.options
    if (!this.canVerify) return []
    const waiting = this.prompt.embeds.length / this.options.width + this.queue.length
    const canGoBack = cutsAnywhere(this.told.decoder.strategy)
    if (!canGoBack && waiting > MAX_REPEATED) return []
    const room = this.options.maxPositions - this.cache.length - waiting
    const draft = this.book === null ? (constraint?.forced() ?? []) : this.book.guess(this.said, constraint, this.hints)
    return draft.slice(0, Math.max(0, room))
  }

  private async forward(embeds: Float32Array, count: number, positions: Positions | null, rows: number) {
    const result = await this.told.decoder.forward(embeds, count, this.cache, { ...optional(positions), rows })
    this.calls++
    try {
      this.hooks.between()
    } catch (error) {
      result.cache.release()
      throw error
    }
    return result
  }

  /** Feeds what waits and `draft` behind it; logits of the row before the draft and of each of its rows. */
  private async feed(draft: readonly number[]) {
    const { width, embed } = this.options
    if (!this.told.isCausal) {
      // Rows of one call would see those behind them.
      for (const id of this.queue.slice(0, -1)) this.know((await this.forward(await embed([id]), 1, null, 1)).cache)
      this.queue = this.queue.slice(-1)
    }
    const ids = [...this.queue, ...draft]
    const { embeds, positions } = joined(this.prompt, ids.length === 0 ? NO_ROWS.embeds : await embed(ids), ids.length)
    return this.forward(embeds, embeds.length / width, positions, draft.length + 1)
  }

  /** The decoder knows what waited and `used` tokens of the draft; `next` waits. */
  private settle(after: KeyValueCache, draft: readonly number[], used: number, next: readonly number[]): void {
    const unused = draft.length - used
    const kept = unused === 0 ? after : after.cut(after.length - unused, after.next - unused)
    if (kept === null) {
      // Cannot go back: from the cache before, with what has proved right fed again.
      after.release()
      this.queue = [...this.queue, ...draft.slice(0, used), ...next]
      return
    }
    if (kept !== after) after.release()
    this.know(kept)
    this.prompt = NO_ROWS
    this.queue = next
  }

  private async run(): Promise<LoopEnd> {
    const { width, constraint, endTokenIds, model, rivals } = this.options
    const { embeds, positions, decoder, isCausal } = this.told
    const count = embeds.length / width
    const last = isCausal ? Math.floor((count - 1) / PREFILL_CHUNK) * PREFILL_CHUNK : 0
    const ahead = await feedRows(decoder, this.cache, slice({ embeds, positions }, width, 0, last), {
      width,
      between: this.hooks.between,
      behind: count - last
    })
    this.know(ahead.cache)
    this.calls += ahead.calls
    this.prompt = slice({ embeds, positions }, width, last, count)

    for (let isFirst = true; ; isFirst = false) {
      const draft = this.guess()
      const { logits, cache: after } = await this.feed(draft)
      if (isFirst) this.hooks.begun(after)
      const size = logits.length / (draft.length + 1)
      let used = 0
      const next: number[] = []
      const advance = (id: number): void => {
        if (next.length === 0 && draft[used] === id) used++
        else next.push(id)
      }
      const end = (stop: LoopEnd['stop']): LoopEnd => {
        this.settle(after, draft, used, next)
        return { stop, limit: stop === 'end' ? null : this.limit, cache: this.cache, calls: this.calls }
      }
      for (;;) {
        for (const id of [...(constraint?.forced() ?? [])]) {
          this.say({ id, logProb: 0, rivals: null }, null)
          advance(id)
        }
        // Nothing but an end is left: the model need not be asked for it.
        if (constraint?.canEnd === true && constraint.allowed()?.length === 0) return end('end')
        if (this.limit !== null) return end('length')
        if (next.length > 0) break
        const allowed = constraint?.allowed() ?? null
        const choice = constraint && { allowed, canEnd: constraint.canEnd, endTokenIds }
        const row = logits.subarray(used * size, (used + 1) * size)
        const token = pickToken(row, model, choice)
        if (endTokenIds.has(token.id)) {
          this.book?.learn(this.said, token.id, allowed, this.hints)
          return end('end')
        }
        this.say({ ...token, rivals: rivals.of(token.id, row, token.logProb) }, allowed)
        advance(token.id)
      }
      this.settle(after, draft, used, next)
    }
  }

  async finish(): Promise<LoopEnd> {
    try {
      return await this.run()
    } catch (error) {
      if (this.cache !== this.told.known) this.cache.release()
      throw error
    }
  }
}

const NO_ROWS: Rows = { embeds: new Float32Array(0), positions: null }

/** Rejects with what `hooks.between` throws, or `inference/bad-output`. */
export const runLoop = (told: Told, options: LoopOptions, hooks: LoopHooks): Promise<LoopEnd> =>
  new Loop(told, options, hooks).finish()
