/**
 * @file Scores of a model on an evaluation set of single questions: one table a group of split and
 * language.
 *
 * [Note: What is counted]
 * Overlap is exclusive IoU in pixels of the image, at 0.5 unless named; an answer without a box is
 * wrong and stays in the denominator.
 *
 *   rec, compare    the first box: accuracyAt50, accuracyAt75, meanIou, withBox
 *   aim             the first point lies in the true box: inside
 *   point, box      the answer ends in the object's name: name; is the whole true answer: exact
 *   reg             exact, and the share of the things that must be mentioned: attributes
 *   relation, whether   the true direction is said: direction; exact
 *   count, steps    the first number outside brackets (none said and none shown is 0): exact, offByOne
 *   all             as many boxes as there are, each meeting its own: exactSet
 *   exist           a box exactly when there is one: accuracy
 *   caption         objects met by a box of their own whose words name them: recall, precision
 *   anything else   the same words, and every box meeting the one in its place: exact
 *   none            over the questions that may have no answer: precision, recall and F1 of showing no box
 *   calibration     expected calibration error of the first box of REC answers: ten equal bins of
 *                   confidence against accuracy at 0.5
 *
 * models/train/scoring.py does the same sums in the same order.
 */
import { orderCorners } from '../geometry/box'
import { pixelFromNormalized } from '../geometry/convert'
import { intersectionOverUnion } from '../geometry/iou'
import { normalizedBox } from '../geometry/space'
import { boxesIn, countedIn, groundedPhrases, pointIn, wordsOf } from './answer-text'
import type { WrittenBox } from './answer-text'

export interface EvaluationQuestion {
  readonly id: string
  readonly split: string
  readonly language: string
  readonly task: string
  readonly image: string
  readonly width: number
  readonly height: number
  readonly history: readonly { readonly question: string; readonly answer: string }[]
  readonly question: string
  /** The true answer, in Shikra's spelling. */
  readonly answer: string
  /** The object an answer is about; null when it is about several or none. */
  readonly box: WrittenBox | null
  readonly name: string | null
  readonly attributes: readonly string[]
  readonly count: number | null
  readonly objects: readonly { readonly name: string; readonly box: WrittenBox }[]
}

export interface EvaluationAnswer {
  readonly id: string
  readonly text: string
  /** One a box, in the order written; null where the model gave none. */
  readonly confidences: readonly (number | null)[]
}

/** Values by measure, and `n`. */
export type TaskScore = Readonly<Record<string, number>>
export type GroupScore = Readonly<Record<string, TaskScore>>

const NONE_TASKS = new Set(['rec', 'absent', 'unknown', 'all', 'count', 'steps', 'exist'])
const BINS = 10

function overlap(truth: WrittenBox, said: WrittenBox, question: EvaluationQuestion): number {
  return intersectionOverUnion(
    orderCorners(pixelFromNormalized(normalizedBox(...truth), question)),
    pixelFromNormalized(normalizedBox(...said), question)
  )
}

/** How many true boxes are met by a said box of their own, best pairs first. */
function pairUp(
  question: EvaluationQuestion,
  said: readonly WrittenBox[],
  truth: readonly WrittenBox[],
  fits: (truth: number, said: number) => boolean = () => true
): number {
  const pairs = truth
    .flatMap((a, i) => said.map((b, j) => ({ iou: overlap(a, b, question), i, j })))
    .filter(({ iou, i, j }) => iou >= 0.5 && fits(i, j))
    .sort((a, b) => b.iou - a.iou || a.i - b.i || a.j - b.j)
  const [takenTruth, takenSaid] = [new Set<number>(), new Set<number>()]
  for (const { i, j } of pairs) {
    if (takenTruth.has(i) || takenSaid.has(j)) continue
    takenTruth.add(i)
    takenSaid.add(j)
  }
  return takenTruth.size
}

function isSameAnswer(question: EvaluationQuestion, text: string): boolean {
  const [said, truth] = [boxesIn(text), boxesIn(question.answer)]
  return (
    wordsOf(text) === wordsOf(question.answer) &&
    said.length === truth.length &&
    truth.every((box, i) => overlap(box, said[i] as WrittenBox, question) >= 0.5)
  )
}

export type Measures = Readonly<Record<string, number | boolean>>

function oneBox(question: EvaluationQuestion, text: string): Measures {
  const [first] = boxesIn(text)
  const meanIou = first === undefined || question.box === null ? 0 : overlap(question.box, first, question)
  return { accuracyAt50: meanIou >= 0.5, accuracyAt75: meanIou >= 0.75, meanIou, withBox: first !== undefined }
}

function pointed({ box }: EvaluationQuestion, text: string): Measures {
  const point = pointIn(text)
  if (point === null || box === null) return { inside: false }
  const [x, y] = point
  return { inside: box[0] <= x && x <= box[2] && box[1] <= y && y <= box[3] }
}

function named({ language, name, answer }: EvaluationQuestion, text: string): Measures {
  return {
    name: ` ${text.trim()}`.endsWith(`${language === 'en' ? ' ' : ''}${name ?? ''}`),
    exact: text.trim() === answer
  }
}

function counted({ count }: EvaluationQuestion, text: string): Measures {
  const number = countedIn(text)
  return { exact: number === count, offByOne: number !== null && Math.abs(number - (count ?? 0)) <= 1 }
}

function captioned(question: EvaluationQuestion, text: string): Measures {
  const phrases = groundedPhrases(text)
  const { objects } = question
  const met = pairUp(
    question,
    phrases.map(({ box }) => box),
    objects.map(({ box }) => box),
    (i, j) => (phrases[j]?.phrase ?? '').includes(objects[i]?.name ?? '')
  )
  return { recall: met / objects.length, precision: phrases.length === 0 ? 0 : met / phrases.length }
}

/** The measures of one answer: right or wrong, or a fraction. The first is what it is judged by. */
export function measuresOfAnswer(question: EvaluationQuestion, text: string): Measures {
  const { task, answer, attributes } = question
  const exact = text.trim() === answer
  switch (task) {
    case 'rec':
    case 'compare':
      return oneBox(question, text)
    case 'aim':
      return pointed(question, text)
    case 'point':
    case 'box':
      return named(question, text)
    case 'reg':
      return { exact, attributes: attributes.filter((word) => text.includes(word)).length / attributes.length }
    case 'relation':
    case 'whether':
      return { direction: attributes.every((word) => text.includes(word)), exact }
    case 'count':
    case 'steps':
      return counted(question, text)
    case 'all': {
      const [said, truth] = [boxesIn(text), boxesIn(answer)]
      return { exactSet: said.length === truth.length && pairUp(question, said, truth) === truth.length }
    }
    case 'exist':
      return { accuracy: boxesIn(text).length > 0 === boxesIn(answer).length > 0 }
    case 'caption':
      return captioned(question, text)
    default:
      return { exact: isSameAnswer(question, text) }
  }
}

interface Sure {
  readonly confidence: number
  readonly isRight: boolean
}

/** Expected calibration error: the distance of confidence and accuracy, bin by bin. */
export function calibration(sure: readonly Sure[]): TaskScore {
  const bins = Array.from({ length: BINS }, () => ({ n: 0, confidence: 0, right: 0 }))
  for (const { confidence, isRight } of sure) {
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))]
    if (bin === undefined) continue
    bin.n++
    bin.confidence += confidence
    bin.right += Number(isRight)
  }
  let error = 0
  for (const { n, confidence, right } of bins) if (n > 0) error += Math.abs(confidence - right) / sure.length
  return { n: sure.length, error }
}

function scoreGroup(pairs: readonly (readonly [EvaluationQuestion, EvaluationAnswer])[]): GroupScore {
  const sums = new Map<string, Map<string, number>>()
  const none = { n: 0, both: 0, said: 0, truth: 0 }
  const sure: Sure[] = []
  for (const [question, { text, confidences }] of pairs) {
    const { task, answer } = question
    const sum = sums.get(task) ?? new Map<string, number>([['n', 0]])
    sums.set(task, sum)
    const measures = measuresOfAnswer(question, text)
    for (const [name, value] of Object.entries({ n: 1, ...measures }))
      sum.set(name, (sum.get(name) ?? 0) + Number(value))
    if (NONE_TASKS.has(task)) {
      const [said, truth] = [boxesIn(text).length === 0, boxesIn(answer).length === 0]
      none.n++
      none.both += Number(said && truth)
      none.said += Number(said)
      none.truth += Number(truth)
    }
    const confidence = confidences[0] ?? null
    if (task === 'rec' && confidence !== null && boxesIn(text).length > 0)
      sure.push({ confidence, isRight: measures['accuracyAt50'] === true })
  }
  const scores: Record<string, TaskScore> = {}
  for (const [task, sum] of sums) {
    const n = sum.get('n') ?? 0
    scores[task] = Object.fromEntries([...sum].map(([name, value]) => [name, name === 'n' ? n : value / n]))
  }
  if (none.n > 0) {
    const precision = none.said > 0 ? none.both / none.said : 0
    const recall = none.truth > 0 ? none.both / none.truth : 0
    const f1 = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0
    scores['none'] = { n: none.n, precision, recall, f1 }
  }
  if (sure.length > 0) scores['calibration'] = calibration(sure)
  return scores
}

export const groupOf = ({ split, language }: EvaluationQuestion): string => `${split}/${language}`

/**
 * Scores by `split/language`, in the order in which the groups first appear. A question whose answer
 * is missing counts as answered with nothing.
 */
export function scoreEvaluation(
  questions: readonly EvaluationQuestion[],
  answers: readonly EvaluationAnswer[]
): Readonly<Record<string, GroupScore>> {
  const byId = new Map(answers.map((answer) => [answer.id, answer]))
  const groups = new Map<string, (readonly [EvaluationQuestion, EvaluationAnswer])[]>()
  for (const question of questions) {
    const name = groupOf(question)
    const group = groups.get(name) ?? []
    groups.set(name, group)
    group.push([question, byId.get(question.id) ?? { id: question.id, text: '', confidences: [] }])
  }
  return Object.fromEntries([...groups].map(([name, pairs]) => [name, scoreGroup(pairs)]))
}
