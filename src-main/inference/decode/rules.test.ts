import { describe, expect, it } from 'vitest'
import { pickToken } from './pick-token'
import { DEFAULT_STOP_LIMITS, createRepetitionWatch, createStopRule } from './stop-rules'

describe('stop rules', () => {
  const soFar = { id: 1, isForced: false, newTokens: 1, characters: 1, elapsedMs: 1, room: 100 }

  it('H4: names the limit that ends an answer', () => {
    const rule = createStopRule({ ...DEFAULT_STOP_LIMITS, maxNewTokens: 10 })
    expect(rule(soFar)).toBeNull()
    expect(rule({ ...soFar, id: 2, newTokens: 10 })).toBe('tokens')
    expect(rule({ ...soFar, id: 3, room: 0 })).toBe('context')
    expect(rule({ ...soFar, id: 4, characters: 20_000 })).toBe('characters')
    expect(rule({ ...soFar, id: 5, elapsedMs: 120_000 })).toBe('time')
  })

  it('H4: ends a loop of any length up to 32 tokens, and not before it has gone round often', () => {
    for (const length of [1, 2, 7, 32]) {
      const isLoop = createRepetitionWatch(96)
      const endedAt = Array.from({ length: 400 }, (_, i) => isLoop(i % length)).indexOf(true)
      expect(endedAt + 1).toBe(length + Math.max(96, 6 * length))
    }
  })

  it('counts forced tokens into a loop, and ends it only where the model chose', () => {
    const isLoop = createRepetitionWatch(96)
    const ended = Array.from({ length: 400 }, (_, i) => isLoop(i % 8, i % 8 !== 3)).indexOf(true)
    // Period and 96 tokens of repetition come to an end at 103; the next choice is the fourth of its eight.
    expect(ended).toBe(107)
    const forced = createRepetitionWatch(96)
    expect(Array.from({ length: 400 }, () => forced(7, true))).not.toContain(true)
  })

  it('lets a long list of boxes with equal openers and digits go on', () => {
    const isLoop = createRepetitionWatch(96)
    const boxes = Array.from({ length: 60 }, (_, i) => [
      90,
      0,
      i % 10,
      Math.floor(i / 10),
      91,
      5,
      5,
      (i * 7) % 10,
      92
    ]).flat()
    expect(boxes.some((id) => isLoop(id))).toBe(false)
  })
})

describe('pickToken', () => {
  it('picks among what a constraint leaves, an end only where it may end, by the probability over all', () => {
    const logits = Float32Array.of(1, 4, 3, 2)
    const ends = { endTokenIds: new Set([1]) }
    const pick = (allowed: readonly number[] | null, canEnd: boolean): number =>
      pickToken(logits, 'm', { ...ends, allowed: allowed && Int32Array.from(allowed), canEnd }).id
    expect([pick([0, 3], false), pick([0, 3], true), pick([], true), pick(null, false), pick(null, true)]).toEqual([
      3, 1, 1, 2, 1
    ])
    expect(() => pick([], false)).toThrow('expected a constraint')
    const free = Math.exp(pickToken(logits, 'm').logProb)
    const held = Math.exp(pickToken(logits, 'm', { ...ends, allowed: Int32Array.of(3), canEnd: false }).logProb)
    expect(held / free).toBeCloseTo(Math.exp(2 - 4), 6)
  })

  it('takes the largest logit and gives its log probability under softmax', () => {
    const { id, logProb } = pickToken(Float32Array.of(1, 3, 2), 'm')
    expect(id).toBe(1)
    expect(logProb).toBeCloseTo(Math.log(Math.exp(3) / (Math.exp(1) + Math.exp(3) + Math.exp(2))), 6)
    expect(pickToken(Float32Array.of(500, 900), 'm').logProb).toBeCloseTo(0, 6)
  })

  it('G5: refuses logits with one value that is not a number', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      expect(() => pickToken(Float32Array.of(1, bad, 2), 'm')).toThrow(
        expect.objectContaining({ code: 'inference/bad-output' })
      )
    }
  })
})
