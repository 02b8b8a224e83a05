/**
 * @file BLEU-1 to BLEU-4 and CIDEr-D as pycocoevalcap computes them (`Bleu(4)` with the closest
 * reference length, `Cider()`). Texts are taken as already tokenised: words apart by white space. The
 * official pipeline first runs Stanford's PTB tokenizer (Java), which lower-cases and drops punctuation;
 * nothing of it is done here, so published numbers need its output.
 */

export interface CaptionSample {
  readonly caption: string
  /** At least one. */
  readonly references: readonly string[]
}

export interface CaptionScore {
  readonly samples: number
  readonly bleu1: number
  readonly bleu2: number
  readonly bleu3: number
  readonly bleu4: number
  /** 0 to 10. With a single sample every word is everywhere and the measure is 0. */
  readonly ciderD: number
}

const ORDERS = [1, 2, 3, 4] as const
type Counts = Map<string, number>

const wordsOf = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== '')

/** How often each n-gram comes, a table for each n of 1..4, in order of the text. Words joined by a space. */
const ngramsOf = (words: readonly string[]): Counts[] =>
  ORDERS.map((n) => {
    const counts: Counts = new Map()
    for (let i = 0; i + n <= words.length; i++) {
      const ngram = words.slice(i, i + n).join(' ')
      counts.set(ngram, (counts.get(ngram) ?? 0) + 1)
    }
    return counts
  })

interface Cooked {
  readonly caption: readonly string[]
  readonly captionNgrams: readonly Counts[]
  readonly references: readonly (readonly string[])[]
  readonly referenceNgrams: readonly (readonly Counts[])[]
}

function cook({ caption, references }: CaptionSample): Cooked {
  const words = references.map(wordsOf)
  return {
    caption: wordsOf(caption),
    captionNgrams: ngramsOf(wordsOf(caption)),
    references: words,
    referenceNgrams: words.map(ngramsOf)
  }
}

/** The reference length nearest to `length`; the shorter of two as near. */
const closestLength = (length: number, references: readonly (readonly string[])[]): number =>
  references
    .map((words) => words.length)
    .reduce((best, next) => {
      const nearer = Math.abs(next - length) - Math.abs(best - length)
      return nearer < 0 || (nearer === 0 && next < best) ? next : best
    })

const TINY = 1e-15
const SMALL = 1e-9

function bleu(samples: readonly Cooked[]): number[] {
  const correct = ORDERS.map(() => 0)
  const guessed = ORDERS.map(() => 0)
  let [length, referenceLength] = [0, 0]
  for (const { caption, captionNgrams, references, referenceNgrams } of samples) {
    length += caption.length
    referenceLength += closestLength(caption.length, references)
    for (const [i, counts] of captionNgrams.entries()) {
      guessed[i] = (guessed[i] ?? 0) + Math.max(0, caption.length - i)
      for (const [ngram, count] of counts) {
        const most = Math.max(0, ...referenceNgrams.map((tables) => tables[i]?.get(ngram) ?? 0))
        correct[i] = (correct[i] ?? 0) + Math.min(count, most)
      }
    }
  }
  const ratio = (length + TINY) / (referenceLength + SMALL)
  const brevity = ratio < 1 ? Math.exp(1 - 1 / ratio) : 1
  let product = 1
  return ORDERS.map((n, i) => {
    product *= ((correct[i] ?? 0) + TINY) / ((guessed[i] ?? 0) + SMALL)
    return product ** (1 / n) * brevity
  })
}

interface Weighted {
  readonly weights: readonly Counts[]
  readonly norms: readonly number[]
  /** Number of bigrams: what the official code calls the length. */
  readonly bigrams: number
}

const SIGMA = 6

/** Mean over n of the clipped cosine of two texts, damped by the difference of their lengths. */
function similarity(caption: Weighted, reference: Weighted): number {
  const delta = caption.bigrams - reference.bigrams
  const damping = Math.exp(-(delta * delta) / (2 * SIGMA * SIGMA))
  let sum = 0
  for (const [i, weights] of caption.weights.entries()) {
    let common = 0
    for (const [ngram, weight] of weights) {
      const other = reference.weights[i]?.get(ngram) ?? 0
      common += Math.min(weight, other) * other
    }
    const norm = (caption.norms[i] ?? 0) * (reference.norms[i] ?? 0)
    sum += (norm === 0 ? common : common / norm) * damping
  }
  return sum / ORDERS.length
}

function ciderDs(samples: readonly Cooked[]): readonly number[] {
  const samplesWith: Counts = new Map()
  for (const { referenceNgrams } of samples) {
    const seen = new Set(referenceNgrams.flatMap((tables) => tables.flatMap((counts) => [...counts.keys()])))
    for (const ngram of seen) samplesWith.set(ngram, (samplesWith.get(ngram) ?? 0) + 1)
  }
  const logSamples = Math.log(samples.length)
  const weigh = (tables: readonly Counts[]): Weighted => {
    const weights = tables.map(
      (counts) =>
        new Map(
          [...counts].map(([ngram, count]) => [
            ngram,
            count * (logSamples - Math.log(Math.max(1, samplesWith.get(ngram) ?? 0)))
          ])
        )
    )
    const norms = weights.map((table) => Math.sqrt([...table.values()].reduce((sum, value) => sum + value * value, 0)))
    return { weights, norms, bigrams: [...(tables[1]?.values() ?? [])].reduce((sum, count) => sum + count, 0) }
  }
  return samples.map(({ captionNgrams, referenceNgrams }) => {
    const caption = weigh(captionNgrams)
    const scores = referenceNgrams.map((reference) => similarity(caption, weigh(reference)))
    return (scores.reduce((sum, score) => sum + score, 0) / scores.length) * 10
  })
}

/** CIDEr-D of each sample, in their order; its weights are those of all samples. */
export const sentenceCiderD = (samples: readonly CaptionSample[]): readonly number[] => ciderDs(samples.map(cook))

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** null when there are no samples. */
export function scoreCaptions(samples: readonly CaptionSample[]): CaptionScore | null {
  if (samples.length === 0) return null
  const cooked = samples.map(cook)
  const [bleu1 = 0, bleu2 = 0, bleu3 = 0, bleu4 = 0] = bleu(cooked)
  return { samples: samples.length, bleu1, bleu2, bleu3, bleu4, ciderD: mean(ciderDs(cooked)) }
}
