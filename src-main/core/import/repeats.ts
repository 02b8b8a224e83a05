/**
 * @file Regions that stand twice: the same image, place, class, words and attributes, as pasted rows and files that were
 * joined with themselves have them. They are read, and told. Looked for among the images named last, for there may be
 * millions; plain outlines that come many at once are not looked at.
 */
import type { ImportIssue, ImportRegion } from '../../../src-shared/formats/reading/item'
import type { BulkItem } from '../../../src-shared/formats/reading/outlines'
import { kindOf, placeOf } from '../../../src-shared/formats/round-trip/place'

/** At least so many are remembered, at most twice as many. */
const LEAST_IMAGES = 128

export class Repeats {
  #recent = new Map<string, Set<string>>()
  #before = new Map<string, Set<string>>()
  #imageKey = ''
  #seen = new Set<string>()

  see(items: readonly BulkItem[]): readonly ImportIssue[] {
    const issues: ImportIssue[] = []
    for (const item of items) {
      // A box without a class belongs to words, which may name one place twice.
      if (item.type !== 'region' || item.label === null) continue
      if (item.imageKey !== this.#imageKey) this.#turnTo(item.imageKey)
      const said = saidOf(item)
      if (this.#seen.has(said)) issues.push(repeated(item))
      else this.#seen.add(said)
    }
    return issues
  }

  #turnTo(imageKey: string): void {
    this.#imageKey = imageKey
    this.#seen = this.#recent.get(imageKey) ?? this.#before.get(imageKey) ?? new Set()
    this.#recent.set(imageKey, this.#seen)
    if (this.#recent.size < LEAST_IMAGES) return
    this.#before = this.#recent
    this.#recent = new Map([[imageKey, this.#seen]])
  }
}

const double = new Float64Array(1)
const halves = new Int32Array(double.buffer)

/** 64 bits that tell places apart: spelling the numbers of an outline takes many times as long. */
function hashOf(numbers: readonly number[]): string {
  let [a, b] = [0x811c9dc5, 0x9e3779b9]
  for (const number of numbers) {
    double[0] = number
    const [low = 0, high = 0] = halves
    a = Math.imul(a ^ low, 0x01000193) ^ (a >>> 15)
    a = Math.imul(a ^ high, 0x85ebca6b) ^ (a >>> 13)
    b = Math.imul(b ^ high, 0xc2b2ae35) ^ (b >>> 16)
    b = Math.imul(b ^ low, 0x27d4eb2f) ^ (b >>> 14)
  }
  return `${a} ${b}`
}

const numbersOf = (shape: ImportRegion['shape']): readonly number[] =>
  shape.type === 'keypoints' && shape.box !== null ? [...placeOf(shape), ...shape.box] : placeOf(shape)

const saidOf = ({ shape, label, phrase, attributes, state }: ImportRegion): string =>
  `${kindOf(shape)}\n${hashOf(numbersOf(shape))}\n${label}\n${state ?? ''}\n${phrase ?? ''}\n${attributes === undefined ? '' : JSON.stringify(attributes)}`

const repeated = ({ imageKey, key }: ImportRegion): ImportIssue => ({
  type: 'issue',
  severity: 'doubt',
  code: 'import/same-region',
  message: `Another region of ${JSON.stringify(imageKey)} has the same place, class, words and attributes; both were read.`,
  file: '',
  record: key
})
