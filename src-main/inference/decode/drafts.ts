/**
 * @file Guesses what a model will say next, so that several tokens are verified in one call. A guess
 * is never said: the model chooses at every place, under the constraint, and the answer goes on where
 * it chose the same (ADR 0009, law 3). What is guessed follows from what was said before:
 *
 * - behind the same two tokens, the same third one: words of the question, brackets, `0` and `.`;
 * - where the constraint leaves the same few tokens, the one that was chosen last.
 */
import type { Constraint } from './constraint'

/** Tokens of one guess. A call of 8 more rows costs about half a step more (runtime.md D). */
const MAX_DRAFT = 8
/** A guess goes on while all of it is this likely to hold. */
const LEAST_CHANCE = 0.4
/** A choice among more than this many says nothing about the next one. */
const MAX_CHOICES = 4
const MAX_CONTEXTS = 50_000

interface Guess {
  id: number
  right: number
  wrong: number
}

/** How often a guess from a single earlier case held, by how free the choice is. */
type Freedom = 'few' | 'some' | 'any'

export interface DraftBook {
  /** Ids that probably follow `said` (of which the last two count), forced ones between them included. */
  guess(said: readonly number[], constraint: Constraint | undefined): readonly number[]
  /** `id` was said behind `said`, or an end was chosen, where `allowed` was legal; null: anything. */
  learn(said: readonly number[], id: number, allowed: Int32Array | null): void
}

const contextOf = (said: readonly number[]): string => `${said[said.length - 2] ?? -1} ${said[said.length - 1] ?? -1}`
const choicesOf = (allowed: Int32Array): string => `of ${allowed.join(' ')}`
const freedomOf = (allowed: Int32Array | null): Freedom =>
  allowed === null || allowed.length > 64 ? 'any' : allowed.length > MAX_CHOICES ? 'some' : 'few'

export function createDraftBook(endTokenIds: ReadonlySet<number>): DraftBook {
  const guesses = new Map<string, Guess>()
  const fresh: Record<Freedom, Guess> = {
    few: { id: 0, right: 3, wrong: 1 },
    some: { id: 0, right: 1, wrong: 3 },
    any: { id: 0, right: 1, wrong: 1 }
  }

  function chanceOf(guess: Guess | undefined, allowed: Int32Array | null): number {
    if (guess === undefined || (allowed !== null && !allowed.includes(guess.id))) return 0
    const { right, wrong } = guess.right + guess.wrong > 1 ? guess : fresh[freedomOf(allowed)]
    return right / (right + wrong)
  }

  function observe(key: string, id: number, allowed: Int32Array | null): void {
    const guess = guesses.get(key)
    if (guess === undefined) {
      if (guesses.size >= MAX_CONTEXTS) guesses.clear()
      guesses.set(key, { id, right: 1, wrong: 0 })
      return
    }
    const isRight = guess.id === id
    if (guess.right + guess.wrong === 1) fresh[freedomOf(allowed)][isRight ? 'right' : 'wrong']++
    guess[isRight ? 'right' : 'wrong']++
    if (guess.wrong > guess.right) guesses.set(key, { id, right: 1, wrong: 1 })
  }

  return {
    guess(said, constraint) {
      const ahead = constraint?.fork()
      const draft: number[] = []
      const tail = said.slice(-2)
      let chance = 1
      const put = (id: number): void => {
        ahead?.accept(id)
        draft.push(id)
        tail.push(id)
      }
      while (draft.length < MAX_DRAFT) {
        const forced = [...(ahead?.forced() ?? [])]
        if (forced.length > 0) {
          for (const id of forced) put(id)
          continue
        }
        const allowed = ahead?.allowed() ?? null
        if (allowed?.length === 0) break
        const candidates = [guesses.get(contextOf(tail))]
        if (allowed !== null && allowed.length <= MAX_CHOICES) candidates.push(guesses.get(choicesOf(allowed)))
        const [best] = candidates
          .map((guess) => ({ id: guess?.id ?? 0, chance: chanceOf(guess, allowed) }))
          .sort((a, b) => b.chance - a.chance)
        chance *= best?.chance ?? 0
        if (best === undefined || chance < LEAST_CHANCE || endTokenIds.has(best.id)) break
        put(best.id)
      }
      return draft
    },
    learn(said, id, allowed) {
      observe(contextOf(said), id, allowed)
      if (allowed !== null && allowed.length > 1 && allowed.length <= MAX_CHOICES)
        observe(choicesOf(allowed), id, allowed)
    }
  }
}
