/**
 * @file Counting. There is no shared official script; every sample counts: an answer without a
 * number is wrong, and in the errors it stands for 0.
 */

export interface CountingSample {
  readonly truth: number
  /** null: the answer has no number. */
  readonly said: number | null
}

export interface CountingScore {
  readonly samples: number
  readonly withoutNumber: number
  readonly exact: number | null
  /** Share that is at most one off. */
  readonly offByOne: number | null
  readonly meanAbsoluteError: number | null
  readonly rootMeanSquareError: number | null
}

/** The first run of ASCII digits, as a number; null when there is none or it is no safe integer. */
export function firstInteger(text: string): number | null {
  const digits = /[0-9]+/.exec(text)?.[0]
  if (digits === undefined) return null
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : null
}

export function scoreCounting(samples: Iterable<CountingSample>): CountingScore {
  let [count, withoutNumber, exact, offByOne, absolute, squared] = [0, 0, 0, 0, 0, 0]
  for (const { truth, said } of samples) {
    const error = Math.abs((said ?? 0) - truth)
    count++
    if (said === null) withoutNumber++
    else {
      if (error === 0) exact++
      if (error <= 1) offByOne++
    }
    absolute += error
    squared += error * error
  }
  const mean = (sum: number): number | null => (count === 0 ? null : sum / count)
  return {
    samples: count,
    withoutNumber,
    exact: mean(exact),
    offByOne: mean(offByOne),
    meanAbsoluteError: mean(absolute),
    rootMeanSquareError: count === 0 ? null : Math.sqrt(squared / count)
  }
}
