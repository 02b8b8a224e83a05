/**
 * @file Guesses what a model will say next, so that several tokens are verified in one call. A guess
 * is never said: the model chooses at every place, under the constraint, and the answer goes on where
 * it chose the same (ADR 0009, law 3). What is guessed follows from what is known already:
 *
 * - behind the same two tokens, the same third one: brackets, `0` and `.`, turns of phrase;
 * - where the constraint leaves the same few tokens, the one that was chosen last;
 * - behind a word of the question, the word that follows it there;
 * - within a box, the rest of one that the vision encoder proposes.
 */
import type { Proposals } from '../prefix/feature-cache'
import type { Constraint } from './constraint'

/** Tokens of one guess. A call of 8 more rows costs about half a step more (runtime.md D). */
const MAX_DRAFT = 16
/** A guess goes on while all of it is this likely to hold. */
const LEAST_CHANCE = 0.4
/** A choice among more than this many says nothing about the next one. */
const MAX_CHOICES = 4
const MAX_CONTEXTS = 50_000
/** So that a habit which begins late is still learned. */
const MOST_DOUBT = 8

/** What one question gives to guess from. */
export interface Hints {
  readonly prompt: readonly number[]
  /** Texts that the answer may hold, as token ids. */
  readonly proposals: Proposals
}
export const NO_HINTS: Hints = { prompt: [], proposals: () => [] }

export interface DraftBook {
  /** Ids that probably follow `said`, forced ones between them included. */
  guess(said: readonly number[], constraint: Constraint | undefined, hints: Hints): readonly number[]
  /** `id` was said behind `said`, or an end was chosen, where `allowed` was legal; null: anything. */
  learn(said: readonly number[], id: number, allowed: Int32Array | null, hints: Hints): void
}

/** How often something held. */
interface Record {
  right: number
  wrong: number
}
interface Context extends Record {
  id: number
}
interface Candidate {
  readonly id: number
  readonly chance: number
  /** When the token before was guessed from proposals as well: a box that holds so far mostly holds to its end. */
  readonly chanceInRun: number
}

const rateOf = ({ right, wrong }: Record): number => right / (right + wrong)
const count = (record: Record, isRight: boolean): void => void record[isRight ? 'right' : 'wrong']++

const contextOf = (said: readonly number[]): string => `${said[said.length - 2] ?? -1} ${said[said.length - 1] ?? -1}`
const choicesOf = (allowed: Int32Array): string => `of ${allowed.join(' ')}`
type Freedom = 'few' | 'some' | 'any'
const freedomOf = (allowed: Int32Array | null): Freedom =>
  allowed === null || allowed.length > 64 ? 'any' : allowed.length > MAX_CHOICES ? 'some' : 'few'

/** What follows the last occurrence of the last token in the question. */
function copied(said: readonly number[], { prompt }: Hints): number | undefined {
  const at = prompt.lastIndexOf(said[said.length - 1] ?? -1)
  return at === -1 ? undefined : prompt[at + 1]
}

/** What follows in most of the proposals that have begun, and in what share of them. */
function proposed(
  said: readonly number[],
  { proposals }: Hints
): { readonly id: number; readonly share: number } | null {
  const votes = new Map<number, number>()
  let begun = 0
  for (const text of proposals()) {
    for (let length = Math.min(text.length - 1, said.length); length > 0; length--) {
      let at = 0
      while (at < length && text[length - 1 - at] === said[said.length - 1 - at]) at++
      if (at < length) continue
      const next = text[length] ?? -1
      votes.set(next, (votes.get(next) ?? 0) + 1)
      begun++
      break
    }
  }
  let best: { id: number; share: number } | null = null
  for (const [id, number] of votes)
    if (best === null || number / begun > best.share) best = { id, share: number / begun }
  return best
}

export function createDraftBook(endTokenIds: ReadonlySet<number>): DraftBook {
  const contexts = new Map<string, Context>()
  /** Of contexts that were met once before, by how free the choice is. */
  const fresh: { readonly [freedom in Freedom]: Record } = {
    few: { right: 3, wrong: 1 },
    some: { right: 1, wrong: 3 },
    any: { right: 1, wrong: 1 }
  }
  const copying: Record = { right: 1, wrong: 1 }
  const proposing: Record = { right: 3, wrong: 1 }

  function chanceOf(context: Context | undefined, allowed: Int32Array | null): number {
    if (context === undefined) return 0
    return rateOf(context.right + context.wrong > 1 ? context : fresh[freedomOf(allowed)])
  }

  function observe(key: string, id: number, allowed: Int32Array | null): void {
    const context = contexts.get(key)
    if (context === undefined) {
      if (contexts.size >= MAX_CONTEXTS) contexts.clear()
      contexts.set(key, { id, right: 1, wrong: 0 })
      return
    }
    const isRight = context.id === id
    if (context.right + context.wrong === 1) count(fresh[freedomOf(allowed)], isRight)
    count(context, isRight)
    // Another one takes its place, with the doubt that the place has earned.
    if (context.wrong > context.right) contexts.set(key, { id, right: 1, wrong: Math.min(context.wrong, MOST_DOUBT) })
  }

  function candidates(said: readonly number[], allowed: Int32Array | null, hints: Hints): readonly Candidate[] {
    const found: Candidate[] = []
    const add = (id: number | undefined, chance: number, chanceInRun = 0): void => {
      if (id !== undefined && (allowed === null || allowed.includes(id))) found.push({ id, chance, chanceInRun })
    }
    const behind = contexts.get(contextOf(said))
    add(behind?.id, chanceOf(behind, allowed))
    if (allowed !== null && allowed.length <= MAX_CHOICES) {
      const among = contexts.get(choicesOf(allowed))
      add(among?.id, chanceOf(among, allowed))
    }
    add(copied(said, hints), rateOf(copying))
    const rest = proposed(said, hints)
    if (rest !== null) add(rest.id, rest.share * rateOf(proposing), rest.share)
    return found.sort((a, b) => b.chance - a.chance)
  }

  return {
    guess(said, constraint, hints) {
      const ahead = constraint?.fork()
      const behind = [...said]
      let chance = 1
      let isRun = false
      const put = (id: number): void => {
        ahead?.accept(id)
        behind.push(id)
      }
      while (behind.length - said.length < MAX_DRAFT) {
        const forced = [...(ahead?.forced() ?? [])]
        if (forced.length > 0) {
          for (const id of forced) put(id)
          continue
        }
        const allowed = ahead?.allowed() ?? null
        if (allowed?.length === 0) break
        const [best] = candidates(behind, allowed, hints)
        chance *= best === undefined ? 0 : isRun ? Math.max(best.chance, best.chanceInRun) : best.chance
        isRun = best !== undefined && best.chanceInRun > 0
        if (best === undefined || chance < LEAST_CHANCE || endTokenIds.has(best.id)) break
        put(best.id)
      }
      return behind.slice(said.length)
    },
    learn(said, id, allowed, hints) {
      observe(contextOf(said), id, allowed)
      if (allowed !== null && allowed.length > 1 && allowed.length <= MAX_CHOICES)
        observe(choicesOf(allowed), id, allowed)
      const copy = copied(said, hints)
      if (copy !== undefined) count(copying, copy === id)
      const rest = proposed(said, hints)
      if (rest !== null && rest.share >= 0.5) count(proposing, rest.id === id)
    }
  }
}
