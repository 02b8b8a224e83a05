import { describe, expect, it } from 'vitest'
import type { Constraint } from './constraint'
import { NO_HINTS, createDraftBook } from './drafts'

const END = 2
const book = () => createDraftBook(new Set([END]))
/** Teaches the book a text, token by token. */
function teach(taught: ReturnType<typeof book>, ids: readonly number[], hints = NO_HINTS): void {
  for (const [at, id] of ids.entries()) taught.learn(ids.slice(0, at), id, null, hints)
}

/** Places of an answer, each with its choices. */
function places(choices: readonly (readonly number[])[], start = 0): Constraint {
  let at = start
  return {
    allowed: () => Int32Array.from(choices[at] ?? []),
    get canEnd() {
      return at === choices.length
    },
    forced() {
      const run: number[] = []
      while (choices[at + run.length]?.length === 1) run.push(choices[at + run.length]?.[0] ?? 0)
      return run
    },
    accept(id) {
      if (choices[at]?.includes(id) !== true) throw new Error(`${id} is not allowed`)
      at++
    },
    fork: () => places(choices, at)
  }
}

describe('guesses of what comes next', () => {
  it('says nothing where nothing is known', () => {
    expect(book().guess([5, 6], undefined, NO_HINTS)).toEqual([])
  })

  it('goes on as it went on before behind the same two tokens, once that has held', () => {
    const taught = book()
    teach(taught, [10, 11, 12, 13, 10, 11, 12, 13, 10, 11, 12, 13])
    expect(taught.guess([10, 11], undefined, NO_HINTS).slice(0, 2)).toEqual([12, 13])
    expect(taught.guess([10, 99], undefined, NO_HINTS)).toEqual([])
  })

  it('gives up what no longer holds', () => {
    const taught = book()
    for (let turn = 0; turn < 40; turn++) taught.learn([10, 11], 30 + (turn % 10), null, NO_HINTS)
    expect(taught.guess([10, 11], undefined, NO_HINTS)).toEqual([])
  })

  it('never guesses an end, nor what the constraint rules out', () => {
    const taught = book()
    for (let turn = 0; turn < 5; turn++) taught.learn([10, 11], END, null, NO_HINTS)
    expect(taught.guess([10, 11], undefined, NO_HINTS)).toEqual([])
    for (let turn = 0; turn < 5; turn++) taught.learn([20, 21], 22, null, NO_HINTS)
    expect(taught.guess([20, 21], places([[7, 8, 9, 23, 24, 25]]), NO_HINTS)).toEqual([])
  })

  it('takes what is forced, and where few are left the one that was chosen last', () => {
    const taught = book()
    const box = [[91], [0, 1], [46], [3, 4, 5, 6, 7]]
    expect(taught.guess([1], places(box), NO_HINTS)).toEqual([91])
    taught.learn([91], 0, Int32Array.of(0, 1), NO_HINTS)
    expect(taught.guess([1], places(box), NO_HINTS)).toEqual([91, 0, 46])
  })

  it('copies from the question while that holds', () => {
    const hints = { prompt: [50, 51, 52, 53, 5], proposals: () => [] }
    const taught = book()
    expect(taught.guess([50, 5, 51], undefined, hints)).toEqual([52])
    for (let turn = 0; turn < 6; turn++) taught.learn([9, 51], 77 + turn, null, hints)
    expect(taught.guess([50, 5, 51], undefined, hints)).toEqual([])
  })

  it('finishes a box that the vision encoder proposes, as soon as most of those that began alike agree', () => {
    const proposals = [
      [91, 1, 1, 44, 8, 8, 93],
      [91, 1, 2, 44, 6, 6, 93],
      [91, 3, 3, 44, 5, 5, 93]
    ]
    const hints = { prompt: [], proposals: () => proposals }
    const guess = (said: readonly number[]): readonly number[] => book().guess(said, undefined, hints)
    expect(guess([60, 91, 3])).toEqual([3, 44, 5, 5, 93])
    expect(guess([60, 91, 1, 2])).toEqual([44, 6, 6, 93])
    expect(guess([60, 91, 1])).toEqual([])
    expect(guess([60])).toEqual([])
  })
})
