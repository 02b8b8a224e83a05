/**
 * @file POPE, object hallucination: a reply is "no" or "yes" by the rule of AoiDragon/POPE
 * `evaluate.py`, so an empty reply, "NO" and "No!" are yes.
 */

export interface PopeSample {
  readonly label: 'yes' | 'no'
  readonly answer: string
}

export interface PopeScore {
  readonly samples: number
  readonly truePositives: number
  readonly falsePositives: number
  readonly trueNegatives: number
  readonly falseNegatives: number
  readonly accuracy: number | null
  readonly precision: number | null
  readonly recall: number | null
  readonly f1: number | null
  /** Share of replies that mean yes. */
  readonly yesRatio: number | null
  /** Measures given as 0 where the official script divides by zero. */
  readonly zeroByDefinition: readonly string[]
}

const DENIALS = new Set(['No', 'not', 'no'])

/** What a reply means: the words before the first full stop, commas deleted, split at single spaces. */
export function popeAnswer(text: string): 'yes' | 'no' {
  const [sentence = ''] = text.split('.')
  return sentence
    .replaceAll(',', '')
    .split(' ')
    .some((word) => DENIALS.has(word))
    ? 'no'
    : 'yes'
}

export function scorePope(samples: Iterable<PopeSample>): PopeScore {
  let [tp, fp, tn, fn] = [0, 0, 0, 0]
  for (const { label, answer } of samples) {
    const saysYes = popeAnswer(answer) === 'yes'
    if (saysYes && label === 'yes') tp++
    else if (saysYes) fp++
    else if (label === 'yes') fn++
    else tn++
  }
  const count = tp + fp + tn + fn
  const zeroByDefinition: string[] = []
  const share = (name: string, part: number, whole: number): number | null => {
    if (count === 0) return null
    if (whole !== 0) return part / whole
    zeroByDefinition.push(name)
    return 0
  }
  const precision = share('precision', tp, tp + fp)
  const recall = share('recall', tp, tp + fn)
  const f1 = share('f1', 2 * (precision ?? 0) * (recall ?? 0), (precision ?? 0) + (recall ?? 0))
  return {
    ...{ samples: count, truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn },
    ...{ accuracy: share('accuracy', tp + tn, count), precision, recall, f1 },
    yesRatio: share('yesRatio', tp + fp, count),
    zeroByDefinition
  }
}
