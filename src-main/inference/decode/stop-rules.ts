/** @file When an answer ends (H4): by itself, or at a limit of tokens, context, characters, time or repetition. */
import type { DecodeLimit } from '../../core/ports'

export interface StopLimits {
  readonly maxNewTokens: number
  readonly maxCharacters: number
  readonly maxAnswerMs: number
  /** Tokens of pure repetition after which an answer ends. */
  readonly maxRepeatedTokens: number
}

export const DEFAULT_STOP_LIMITS: StopLimits = {
  maxNewTokens: 512,
  maxCharacters: 20_000,
  maxAnswerMs: 120_000,
  maxRepeatedTokens: 96
}

/** A loop of more tokens than this is not looked for. */
const LONGEST_LOOP = 32
const FEWEST_ROUNDS = 6

/**
 * True as soon as the last tokens are the same few, over and over. Constant work per token. Forced tokens belong to
 * what repeats, but only one that the model chose shows that the model does it.
 */
export function createRepetitionWatch(maxRepeatedTokens: number): (id: number, isForced?: boolean) => boolean {
  const ids: number[] = []
  /** By length of loop: how many tokens in a row equal the one that many places before. */
  const runs = new Int32Array(LONGEST_LOOP + 1)
  return (id, isForced = false) => {
    ids.push(id)
    let isLoop = false
    for (let length = 1; length <= LONGEST_LOOP; length++) {
      const run = ids[ids.length - 1 - length] === id ? (runs[length] ?? 0) + 1 : 0
      runs[length] = run
      if (run >= Math.max(maxRepeatedTokens, FEWEST_ROUNDS * length)) isLoop = true
    }
    return isLoop && !isForced
  }
}

export interface AnswerSoFar {
  readonly id: number
  /** Not the model's choice. */
  readonly isForced: boolean
  readonly newTokens: number
  readonly characters: number
  readonly elapsedMs: number
  /** Positions the context still has room for. */
  readonly room: number
}

/** null: go on. */
export function createStopRule(limits: StopLimits): (soFar: AnswerSoFar) => DecodeLimit | null {
  const isLoop = createRepetitionWatch(limits.maxRepeatedTokens)
  return ({ id, isForced, newTokens, characters, elapsedMs, room }) => {
    if (isLoop(id, isForced)) return 'repetition'
    if (newTokens >= limits.maxNewTokens) return 'tokens'
    if (room < 1) return 'context'
    if (characters >= limits.maxCharacters) return 'characters'
    return elapsedMs >= limits.maxAnswerMs ? 'time' : null
  }
}
