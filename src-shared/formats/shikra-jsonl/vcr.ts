/**
 * @file Visual commonsense reasoning: sentences are lists of tokens, a list of indexes among them names objects of the
 * image, and the right one of the choices is told by its index.
 */
import { mention, phrase, text } from '../../grounded/build'
import type { GroundedNode } from '../../grounded/nodes'
import { nameValue } from '../kit/json-fields'
import type { TaskRecord } from './task-record'

export function readVcr(record: TaskRecord): void {
  const objects = new Objects(record)
  const chosenAt = (what: string): readonly GroundedNode[] => objects.sentence(chosen(record, what), what)
  const answer = chosenAt('answer')
  const hasReason = record.at('rationale_choices') !== undefined
  const reason = hasReason ? chosenAt('rationale') : []
  record.reading.note('import/wrong-choices', 'Choices that are wrong are not kept.')
  record.ask(
    objects.sentence(record.at('question'), 'question'),
    hasReason ? [...answer, text('\n'), ...reason] : answer
  )
}

function chosen(record: TaskRecord, what: string): unknown {
  const [choices, label] = [record.at(`${what}_choices`), record.at(`${what}_label`)]
  const isChoice =
    Array.isArray(choices) && Number.isInteger(label) && (label as number) >= 0 && (label as number) < choices.length
  if (!isChoice)
    return record.refuse(
      'import/bad-choice',
      `Its ${what} is ${nameValue(label)}, which is none of ${nameValue(choices)}.`
    )
  return (choices as readonly unknown[])[label as number]
}

/** What the indexes in sentences mean. */
class Objects {
  readonly #record: TaskRecord
  readonly #keys: readonly (string | null)[]
  readonly #names: readonly unknown[]

  constructor(record: TaskRecord) {
    this.#record = record
    this.#keys = record.boxes('boxes', true)
    const names = record.at('objects')
    const areFitting = !Array.isArray(names) || names.length === this.#keys.length
    this.#names = Array.isArray(names) && areFitting ? names : []
    if (!areFitting)
      record.reading.doubt(
        'import/box-lists',
        `It has ${names.length} names of objects for ${this.#keys.length} boxes; none was taken, since nobody knows which is which.`
      )
  }

  sentence(tokens: unknown, what: string): readonly GroundedNode[] {
    if (!Array.isArray(tokens))
      return this.#record.refuse('import/bad-text', `Its ${what} should be a list of tokens, not ${nameValue(tokens)}.`)
    const nodes = tokens.map((token: unknown) => (typeof token === 'string' ? text(token) : this.#named(token, what)))
    return nodes.flatMap((node, i) => (i === 0 ? [node] : [text(' '), node]))
  }

  #named(token: unknown, what: string): GroundedNode {
    const count = this.#keys.length
    const isIndexes = Array.isArray(token) && token.every((i) => Number.isInteger(i) && i >= 0 && i < count)
    if (!isIndexes || token.length === 0)
      return this.#record.refuse(
        'import/bad-sequence',
        `In its ${what}, ${nameValue(token)} names none of its ${count} boxes.`
      )
    const indexes = token as readonly number[]
    const keys = indexes.flatMap((i) => this.#keys[i] ?? [])
    const names = indexes.map((i) => this.#names[i])
    if (names.every((name) => typeof name === 'string' && name !== ''))
      return keys.length > 0 ? phrase(names.join(' '), keys) : text(names.join(' '))
    return keys.length > 0 ? mention(keys) : text(`[${indexes.join(', ')}]`)
  }
}
