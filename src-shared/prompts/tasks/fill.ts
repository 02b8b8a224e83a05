/** @file Puts values into a wording: the question as GroundedText, for any dialect to write. */
import { AppError } from '../../errors'
import { groundedText, mention, phrase, raw, text } from '../../grounded/build'
import type { GroundedNode, GroundedRegion, GroundedText } from '../../grounded/nodes'
import { normalizeNodes } from '../../grounded/normalize'
import { plainText } from '../../grounded/plain-text'
import { mapNodes } from '../../grounded/visit'
import { isSlotName, SLOTS } from './task'
import type { SlotName } from './task'
import { slotsOf } from './wording'
import type { Wording } from './wording'

/** Words may hold regions of their own, as a question with chips does. */
export type SlotValue = string | readonly string[] | GroundedText | GroundedRegion | readonly GroundedRegion[]
export type SlotValues = Readonly<Partial<Record<SlotName, SlotValue>>>

/** The reason of a raw node that a wording asks for. */
export const EXACT = 'prompt/exact'

const fail = (code: string, message: string, nextStep: string): AppError =>
  new AppError(`prompt/${code}`, message, { nextStep })

const isRegion = (value: unknown): value is GroundedRegion =>
  typeof value === 'object' && value !== null && 'id' in value && 'shape' in value
const isTree = (value: SlotValue): value is GroundedText => typeof value === 'object' && 'children' in value

const wrongKind = (slot: SlotName): AppError =>
  fail(
    'slot-kind',
    `The slot {${slot}} takes ${NEEDS[SLOTS[slot]]}, and was given something else.`,
    `Give ${NEEDS[SLOTS[slot]]} for it.`
  )
const NEEDS = { words: 'words', list: 'a list of words', region: 'one region', regions: 'one region or more' } as const
const empty = (slot: SlotName): AppError => fail('empty-slot', `The slot {${slot}} is empty.`, 'Fill it.')

class Filler {
  readonly regions = new Map<string, GroundedRegion>()
  readonly values: SlotValues
  readonly separator: string

  constructor(values: SlotValues, separator: string) {
    this.values = values
    this.separator = separator
  }

  value(slot: SlotName): SlotValue {
    const value = Object.hasOwn(this.values, slot) ? this.values[slot] : undefined
    if (value === undefined)
      throw fail('missing-slot', `The slot {${slot}} is not filled.`, `Give ${NEEDS[SLOTS[slot]]} for it.`)
    return value
  }

  keep(region: GroundedRegion): string {
    const known = this.regions.get(region.id)
    if (known !== undefined && JSON.stringify(known.shape) !== JSON.stringify(region.shape))
      throw fail('region-clash', `Two different regions have the id ${region.id}.`, 'Give each its own.')
    this.regions.set(region.id, region)
    return region.id
  }

  words(slot: SlotName): readonly GroundedNode[] {
    const value = this.value(slot)
    if (typeof value === 'string') {
      if (value.trim() === '') throw empty(slot)
      return [text(value)]
    }
    if (!isTree(value)) throw wrongKind(slot)
    if (plainText(value.children).trim() === '') throw empty(slot)
    for (const region of value.regions) this.keep(region)
    // What someone gives is words, whatever it was before; only a wording can ask for exact strings.
    return mapNodes(value.children, (node) => (node.type === 'raw' ? text(node.value) : node))
  }

  list(slot: SlotName): readonly GroundedNode[] {
    const value = this.value(slot)
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw wrongKind(slot)
    if (value.length === 0 || value.some((item) => item.trim() === '')) throw empty(slot)
    return [text(value.join(slot === 'options' ? '\n' : this.separator))]
  }

  ids(slot: SlotName): readonly string[] {
    const value = this.value(slot)
    const given: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (!given.every(isRegion)) throw wrongKind(slot)
    if (given.length === 0) throw empty(slot)
    if (SLOTS[slot] === 'region' && given.length !== 1) throw wrongKind(slot)
    return given.map((region) => this.keep(region))
  }

  slot(slot: SlotName): readonly GroundedNode[] {
    const kind = SLOTS[slot]
    if (kind === 'words') return this.words(slot)
    return kind === 'list' ? this.list(slot) : [mention(this.ids(slot))]
  }
}

/**
 * `separator` stands between classes; options stand on lines of their own. Errors: `prompt/bad-wording`, `prompt/missing-slot`,
 * `prompt/surplus-slot`, `prompt/unknown-slot`, `prompt/empty-slot`, `prompt/slot-kind`, `prompt/region-clash`.
 */
export function fillWording(wording: Wording, values: SlotValues, separator = ', '): GroundedText {
  const [bad] = wording.diagnostics
  if (bad !== undefined) throw fail('bad-wording', `The wording cannot be used: ${bad.message}`, 'Correct it.')
  const slots = slotsOf(wording)
  for (const name of Object.keys(values)) {
    if (!isSlotName(name))
      throw fail('unknown-slot', `There is no slot {${name}}.`, `Slots are ${Object.keys(SLOTS).join(', ')}.`)
    if (!slots.includes(name)) {
      const known = slots.map((slot) => `{${slot}}`).join(', ') || 'none'
      throw fail('surplus-slot', `The wording has no place for {${name}} (its slots: ${known}).`, 'Leave it out.')
    }
  }
  const filler = new Filler(values, separator)
  const nodes = wording.pieces.flatMap((piece): readonly GroundedNode[] => {
    if (piece.type === 'words') return [text(piece.text)]
    if (piece.type === 'exact') return [raw(piece.text, EXACT)]
    if (piece.type === 'slot') return filler.slot(piece.slot)
    const words = 'slot' in piece.words ? filler.words(piece.words.slot) : [text(piece.words.text)]
    return [phrase(words, piece.region === null ? [] : filler.ids(piece.region))]
  })
  return groundedText(normalizeNodes(nodes), [...filler.regions.values()])
}

/** The same seed takes the same wording; without one, the first. Seeds next to each other are spread. */
export function pickIndex(count: number, seed?: number): number {
  if (seed === undefined || count <= 1) return 0
  let mixed = Math.imul((seed >>> 0) ^ 0x9e3779b9, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) % count
}
