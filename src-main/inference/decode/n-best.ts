/**
 * @file Other answers to a question: the same words up to one digit, another digit there, and what the model says behind
 * it. Likeliest turn first; turns are taken at the first digits of numbers alone, since one at a last digit is the same
 * place again. What was said before the turn is fed in one call, from what the decoder kept of it.
 */
import type { OpenModel } from '../open-model'
import type { Memory } from '../prefix/memory'
import { answerQuestion } from './answer'
import type { Answer, AnswerHooks, AnswerRequest } from './answer'
import type { Constraint } from './constraint'
import type { ReadRival } from './rivals'

export interface ToldToken {
  readonly text: string
  readonly logProb: number
  readonly rivals: readonly ReadRival[] | null
}
export interface Alternative {
  readonly tokens: readonly ToldToken[]
}

/** Runs for each answer that is wanted: some turns lead back to the same place. */
const MOST_RUNS_EACH = 4
/** Against the answer itself; a turn below it is nothing the model meant. */
const LEAST_ODDS = 1e-7
/** Location tokens nearer than this share of their range are one place. */
const SAME_PLACE = 0.03

interface Turn {
  readonly ids: readonly number[]
  readonly before: readonly ToldToken[]
  readonly rival: ReadRival
  readonly rivals: readonly ReadRival[]
  /** Natural logarithm of the probability of all of it. */
  readonly logProb: number
}

/** `ids`, then what `inner` allows; without it, anything. Used up by one answer. */
function behind(ids: readonly number[], inner: Constraint | undefined, at = 0): Constraint {
  let place = at
  return {
    allowed: () => (place < ids.length ? Int32Array.of(ids[place] ?? 0) : (inner?.allowed() ?? null)),
    get canEnd() {
      return place >= ids.length && (inner?.canEnd ?? true)
    },
    forced: () => (place < ids.length ? ids.slice(place) : (inner?.forced() ?? [])),
    accept(id) {
      inner?.accept(id)
      place++
    },
    fork: () => behind(ids, inner?.fork(), place)
  }
}

function isLegal(ids: readonly number[], constraint: Constraint | undefined): boolean {
  if (constraint === undefined) return true
  for (const id of ids) {
    const allowed = constraint.allowed()
    if (allowed !== null && !allowed.includes(id)) return false
    constraint.accept(id)
  }
  return true
}

/** Turns of an answer at `from` and behind it. */
function turnsOf(ids: readonly number[], tokens: readonly ToldToken[], from: number): Turn[] {
  const turns: Turn[] = []
  let logProb = 0
  for (const [place, { text, rivals, logProb: own }] of tokens.entries()) {
    const isFirstDigit = !(/^\d/.test(text) && /\d$/.test(tokens[place - 1]?.text ?? ''))
    const chosen = rivals?.find(({ id }) => id === ids[place])
    if (place >= from && isFirstDigit && rivals !== null && chosen !== undefined) {
      for (const rival of rivals) {
        const apart = Math.abs(Number(rival.digits) - Number(chosen.digits)) / 10 ** chosen.digits.length
        if (rival.id === chosen.id || apart < SAME_PLACE) continue
        const before = tokens.slice(0, place)
        turns.push({
          ids: [...ids.slice(0, place), rival.id],
          before,
          rival,
          rivals,
          logProb: logProb + Math.log(rival.probability)
        })
      }
    }
    logProb += own
  }
  return turns
}

/**
 * `count` - 1 other answers at most, likeliest turn first, behind `first`, which was answered already with `told`.
 * `constraint` makes a fresh one for each. Ends early when it is cancelled.
 */
export async function alternativesTo(
  first: Answer,
  told: readonly ToldToken[],
  model: OpenModel,
  memory: Memory,
  request: Omit<AnswerRequest, 'constraint'>,
  options: { readonly count: number; readonly constraint: () => Constraint | undefined; readonly hooks: AnswerHooks }
): Promise<readonly Alternative[]> {
  const { count, constraint, hooks } = options
  const found: Alternative[] = []
  const known = new Set([first.ids.join()])
  const own = told.reduce((sum, { logProb }) => sum + logProb, 0)
  let turns = turnsOf(first.ids, told, 0)
  for (let run = 0; run < count * MOST_RUNS_EACH && found.length < (count - 1) * 2; run++) {
    turns.sort((a, b) => b.logProb - a.logProb)
    const [turn] = turns
    if (turn === undefined || turn.logProb - own < Math.log(LEAST_ODDS)) break
    turns = turns.slice(1)
    if (!isLegal(turn.ids, constraint())) continue
    const tokens: ToldToken[] = []
    const answer = await answerQuestion(
      model,
      memory,
      { ...request, constraint: behind(turn.ids, constraint()) },
      {
        ...hooks,
        phase: () => undefined,
        token(text, logProb, rivals) {
          const place = tokens.length
          const before = turn.before[place]
          const isTurn = place === turn.before.length
          if (before !== undefined) tokens.push({ ...before, text })
          else if (isTurn) tokens.push({ text, logProb: Math.log(turn.rival.probability), rivals: turn.rivals })
          else tokens.push({ text, logProb, rivals })
        }
      }
    )
    if (answer.stop === 'cancelled') break
    if (known.has(answer.ids.join())) continue
    known.add(answer.ids.join())
    turns.push(...turnsOf(answer.ids, tokens, turn.ids.length))
    const last = tokens.at(-1)
    if (answer.tail !== '' && last !== undefined) tokens[tokens.length - 1] = { ...last, text: last.text + answer.tail }
    if (answer.stop === 'end') found.push({ tokens })
  }
  return found
}
