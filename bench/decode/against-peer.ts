/** @file Bars 1 to 4, 6, 7 and 8: random weights, transformers.js and our own simplest loop on the other side. */
import { resolve } from 'node:path'
import type { BenchOptions, Row } from '../lib/row'
import { randomModel } from './models'
import type { RandomModel } from './models'
import { openOurs } from './ours'
import { openPeer } from './peer'
import { compare } from './rows'

export const PICTURE = resolve(import.meta.dirname, '../../samples/first-flight/11-two-dogs.jpg')

/** `[0.ddd,0.ddd,0.ddd,0.ddd]`, one id a letter: 25 places, 12 of them free. */
const DIGITS = Array.from({ length: 10 }, (_, digit) => 10 + digit)
const NUMBER = [[10], [23], DIGITS, DIGITS, DIGITS]
const BOX = [[20], ...NUMBER, [22], ...NUMBER, [22], ...NUMBER, [22], ...NUMBER, [21]]

/** Another question every round and in every row: none may be known from before. */
const question = (row: number, round: number, length = 12): readonly number[] =>
  Array.from({ length }, (_, at) => 90 + ((round * 13 + at * (5 + 2 * row)) % 300))

interface Bars {
  /** Number of the bar that `shipped` is. */
  readonly box: 1 | 3
  readonly shipped: number
  readonly byHand: number | null
  readonly free: number | null
  readonly cold: number
  readonly batch: { readonly oneByOne: number; readonly together: number } | null
}

export async function measureAgainstPeer(
  name: RandomModel,
  bars: Bars,
  { rounds }: BenchOptions
): Promise<readonly Row[]> {
  const dir = await randomModel(name)
  const ours = await openOurs(dir, PICTURE)
  const peer = await openPeer(dir, name, ours.pixels)
  const rows: Row[] = []
  const ask = (round: number, tokens: number, allowed?: readonly (readonly number[])[]) => ({
    ids: [...ours.head, ...question(rows.length, round)],
    tokens,
    ...(allowed === undefined ? {} : { allowed })
  })
  const memory = ours.memory()
  const warm = (tokens: number, allowed?: readonly (readonly number[])[]) => async (round: number) =>
    (await ours.answer(memory, ask(round, tokens, allowed))).ids
  const shipped = (tokens: number, allowed?: readonly (readonly number[])[]) =>
    peer && ((round: number) => peer.answer(ask(round, tokens, allowed)))
  const kept = peer && (await peer.keep(ours.head))
  const byHand = (tokens: number, allowed?: readonly (readonly number[])[]) =>
    peer && ((round: number) => peer.answerFrom(kept, ask(round, tokens, allowed)))
  const common = { rounds, note: ours.model.decoding?.strategy ?? '' }
  try {
    rows.push(
      await compare({
        ...common,
        name: `bar ${bars.box} · ${name}: a box, second question, as shipped`,
        ours: warm(BOX.length, BOX),
        peer: shipped(BOX.length, BOX),
        atLeast: bars.shipped
      })
    )
    if (bars.byHand !== null) {
      rows.push(
        await compare({
          ...common,
          name: `bar 2 · ${name}: a box, second question, its cache kept by hand`,
          ours: warm(BOX.length, BOX),
          peer: byHand(BOX.length, BOX),
          atLeast: bars.byHand
        })
      )
    }
    if (bars.free !== null) {
      rows.push(
        await compare({
          ...common,
          name: `bar 4 · ${name}: 8 free tokens, second question, as shipped`,
          ours: warm(8),
          peer: shipped(8),
          atLeast: bars.free
        })
      )
    }
    rows.push(
      await compare({
        ...common,
        name: `bar 7 · ${name}: picture and question for the first time, 8 tokens`,
        ours: async (round) => (await ours.answer(ours.memory(), ask(round, 8))).ids,
        peer: shipped(8),
        atLeast: bars.cold
      })
    )
    if (bars.batch !== null) {
      const four = (round: number) => [0, 1, 2, 3].map((at) => ask(4 * round + at, 16))
      const together = (own: typeof memory) => async (round: number) => {
        const answers = await ours.answerAll(own, four(round))
        return answers.flatMap(({ ids }) => ids)
      }
      // One in which guesses save nothing, so that the questions do go in one batch.
      const withoutGuesses = ours.memory()
      withoutGuesses.pace.answered(1e9, 1e9)
      const flat = (answers: readonly (readonly number[])[]): readonly number[] => answers.flat()
      rows.push(
        await compare({
          ...common,
          name: `bar 8 · ${name}: 4 questions on one picture, 16 tokens each, as the engine chooses against one by one`,
          ours: together(memory),
          peer:
            peer &&
            (async (round) => {
              const answers: (readonly number[])[] = []
              for (const question of four(round)) answers.push(await peer.answer(question))
              return flat(answers)
            }),
          atLeast: bars.batch.oneByOne
        }),
        await compare({
          ...common,
          name: `bar 8 · ${name}: the same as one batch on both sides`,
          ours: together(withoutGuesses),
          peer: peer && (async (round) => flat(await peer.answerAll(four(round)))),
          atLeast: bars.batch.together
        })
      )
    }
    return rows
  } finally {
    await ours.end()
    await peer?.end()
  }
}

/** Bar 6: the same engine with the two ways to keep keys and values. */
export async function measureStrategies({ rounds }: BenchOptions): Promise<readonly Row[]> {
  const dir = await randomModel('full576')
  const [best, plain] = [await openOurs(dir, PICTURE), await openOurs(dir, PICTURE, { strategy: 'present-past' })]
  const run = (ours: typeof best) => {
    const memory = ours.memory()
    return async (round: number) =>
      (await ours.answer(memory, { ids: [...ours.head, ...question(0, round)], tokens: 40 })).ids
  }
  try {
    return [
      await compare({
        name: 'bar 6 · full576: 40 free tokens behind 588, best way against present to past',
        ours: run(best),
        peer: run(plain),
        atLeast: 1.3,
        rounds,
        note: `${best.model.decoding?.strategy}; ${best.model.decoding?.reason}`
      })
    ]
  } finally {
    await best.end()
    await plain.end()
  }
}
