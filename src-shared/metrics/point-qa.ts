/**
 * @file Questions about a point or a region, answered in words.
 *
 *   normalized   the same words after normalizedAnswer
 *   shikra       shikras/shikra point_qa.py: "The answer is ….": exactly once in both texts, the
 *                captured words equal letter by letter
 */

export type PointQaProtocol = 'normalized' | 'shikra'
export const POINT_QA_PROTOCOLS: readonly PointQaProtocol[] = ['normalized', 'shikra']

export interface PointQaSample {
  readonly truth: string
  readonly answer: string
}

export interface PointQaScore {
  readonly samples: number
  /** Answers, and truths, in which the protocol finds nothing to compare; both are wrong. */
  readonly unreadableAnswers: number
  readonly unreadableTruths: number
  readonly accuracy: number | null
}

/** NFKC, lower case, white space collapsed, punctuation at both ends taken away. "" when nothing is left. */
export const normalizedAnswer = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .replace(/^[\p{P}\s]+|[\p{P}\s]+$/gu, '')

/** What Shikra's pattern captures, or null unless it matches exactly once. "The answer is 3.5 ." gives "3". */
export function shikraAnswer(text: string): string | null {
  const found = [...text.matchAll(/The answer is ([^\n]+?)\./g)]
  return found.length === 1 ? (found[0]?.[1]?.trim() ?? null) : null
}

const READERS: Readonly<Record<PointQaProtocol, (text: string) => string | null>> = {
  normalized: (text) => normalizedAnswer(text) || null,
  shikra: shikraAnswer
}

export function isRightPointAnswer({ truth, answer }: PointQaSample, protocol: PointQaProtocol): boolean {
  const read = READERS[protocol]
  const wanted = read(truth)
  return wanted !== null && wanted === read(answer)
}

export function scorePointQa(samples: Iterable<PointQaSample>, protocol: PointQaProtocol): PointQaScore {
  const read = READERS[protocol]
  let [count, unreadableAnswers, unreadableTruths, right] = [0, 0, 0, 0]
  for (const sample of samples) {
    const [truth, answer] = [read(sample.truth), read(sample.answer)]
    count++
    if (truth === null) unreadableTruths++
    if (answer === null) unreadableAnswers++
    if (truth !== null && truth === answer) right++
  }
  return { samples: count, unreadableAnswers, unreadableTruths, accuracy: count === 0 ? null : right / count }
}
