/** @file What each measure is called and how it is shown. One that is not listed is shown by its name in the JSON. */
import { words } from './report'
import type { Words } from './report'

export interface Measure {
  readonly name: Words
  /** A share of so many: the measure that counts them. It is shown with its 95 % interval. */
  readonly of?: 'samples' | 'phrases' | 'triples' | 'withoutTarget'
  /** Shown large, in this order. */
  readonly main?: number
  /** Lower is better, or neither is: no bar for it. */
  readonly isNoShare?: true
}

const count = (name: Words): Measure => ({ name, isNoShare: true })

export const MEASURES: Readonly<Record<string, Measure>> = {
  samples: count(words('samples', '样本')),
  phrases: count(words('phrases', '短语')),
  triples: count(words('true triples', '真实三元组')),
  said: count(words('triples said', '回答的三元组')),
  withoutBox: count(words('answers without a box', '无框的回答')),
  withoutNumber: count(words('answers without a number', '无数字的回答')),
  withoutTarget: count(words('expressions that mean nothing', '无目标的表达')),
  unreadableAnswers: count(words('answers the protocol cannot read', '协议无法读取的回答')),
  unreadableTruths: count(words('truths the protocol cannot read', '协议无法读取的真值')),
  accuracy: { name: words('accuracy', '准确率'), of: 'samples', main: 1 },
  accuracyAt50: { name: words('accuracy, IoU ≥ 0.5', '准确率，IoU ≥ 0.5'), of: 'samples', main: 2 },
  accuracyAbove50: { name: words('accuracy, IoU > 0.5', '准确率，IoU > 0.5'), of: 'samples' },
  accuracyAt75: { name: words('accuracy, IoU ≥ 0.75', '准确率，IoU ≥ 0.75'), of: 'samples', main: 3 },
  meanIou: { name: words('mean IoU', '平均 IoU'), main: 4 },
  recallAt1: { name: words('recall at 1', '召回率@1'), of: 'phrases', main: 1 },
  recallAt5: { name: words('recall at 5', '召回率@5'), of: 'phrases', main: 2 },
  recallAt10: { name: words('recall at 10', '召回率@10'), of: 'phrases', main: 3 },
  upperBound: { name: words('recall of all boxes', '全部框的召回率'), of: 'phrases', main: 4 },
  precision: { name: words('precision', '精确率'), main: 2 },
  recall: { name: words('recall', '召回率'), main: 3 },
  meanRecall: { name: words('mean recall over predicates', '各谓词平均召回率'), main: 4 },
  f1: { name: words('F1', 'F1'), main: 4 },
  yesRatio: { name: words('share of “yes”', '回答“是”的比例'), of: 'samples', main: 5 },
  truePositives: count(words('yes, rightly', '正确的“是”')),
  falsePositives: count(words('yes, wrongly', '错误的“是”')),
  trueNegatives: count(words('no, rightly', '正确的“否”')),
  falseNegatives: count(words('no, wrongly', '错误的“否”')),
  exact: { name: words('exact', '完全正确'), of: 'samples', main: 1 },
  offByOne: { name: words('at most one off', '误差不超过一'), of: 'samples', main: 2 },
  meanAbsoluteError: { name: words('mean absolute error', '平均绝对误差'), main: 3, isNoShare: true },
  rootMeanSquareError: { name: words('root mean square error', '均方根误差'), main: 4, isNoShare: true },
  bleu1: { name: words('BLEU-1', 'BLEU-1') },
  bleu2: { name: words('BLEU-2', 'BLEU-2') },
  bleu3: { name: words('BLEU-3', 'BLEU-3') },
  bleu4: { name: words('BLEU-4', 'BLEU-4'), main: 1 },
  meteor: { name: words('METEOR', 'METEOR'), main: 2 },
  ciderD: { name: words('CIDEr-D (0 to 10)', 'CIDEr-D（0 至 10）'), main: 3, isNoShare: true },
  precisionAtF1: { name: words('precision at F1 = 1', '精确率@F1=1'), of: 'samples', main: 1 },
  noTargetAccuracy: { name: words('N-acc: nothing said of nothing', 'N-acc：无目标时不作答'), main: 2 },
  targetAccuracy: { name: words('T-acc: something said of something', 'T-acc：有目标时作答'), main: 3 },
  gIou: { name: words('gIoU', 'gIoU'), main: 1 },
  cIou: { name: words('cIoU', 'cIoU'), main: 2 },
  ap: { name: words('AP, IoU 0.50 to 0.95', 'AP，IoU 0.50 至 0.95'), main: 1 },
  ap50: { name: words('AP, IoU 0.50', 'AP，IoU 0.50'), main: 2 },
  ap75: { name: words('AP, IoU 0.75', 'AP，IoU 0.75'), main: 3 },
  apSmall: { name: words('AP, small', 'AP，小目标') },
  apMedium: { name: words('AP, medium', 'AP，中目标') },
  apLarge: { name: words('AP, large', 'AP，大目标') },
  ar1: { name: words('AR, 1 detection', 'AR，1 个检测') },
  ar10: { name: words('AR, 10 detections', 'AR，10 个检测') },
  ar100: { name: words('AR, 100 detections', 'AR，100 个检测'), main: 4 },
  arSmall: { name: words('AR, small', 'AR，小目标') },
  arMedium: { name: words('AR, medium', 'AR，中目标') },
  arLarge: { name: words('AR, large', 'AR，大目标') },
  idZeroAnnotations: count(words('annotations with id 0', 'id 为 0 的标注')),
  zeroByDefinition: count(words('0 by definition', '按定义为 0'))
}

export const measureOf = (key: string): Measure =>
  (Object.hasOwn(MEASURES, key) ? MEASURES[key] : undefined) ?? { name: words(key, key) }

/** Wilson's interval of 95 % of a share of `n`. */
export function interval(share: number, n: number): readonly [low: number, high: number] {
  const z = 1.959963984540054
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  const middle = share + (z * z) / (2 * n)
  const whole = 1 + (z * z) / n
  return [Math.max(0, (middle - spread) / whole), Math.min(1, (middle + spread) / whole)]
}

/** As numbers are shown everywhere in a report: counts whole, others with four digits. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'number') return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toFixed(4)
  if (Array.isArray(value)) return value.map(valueText).join(', ') || '–'
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([key, one]) => `${key}: ${valueText(one)}`)
      .join(', ')
  return String(value as string | boolean)
}
