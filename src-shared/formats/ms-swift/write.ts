/** @file Writing ms-swift's messages with objects. */
import type { TurnRecord } from '../../document/records'
import { orderCorners } from '../../geometry/box'
import { pixelFromNormalized, pixelPointFromNormalized } from '../../geometry/convert'
import type { RegionId } from '../../grounded/nodes'
import type { GroundedNode } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { regionIdsOf } from '../../grounded/visit'
import type { ExportOptions, ExportRun, ExportSource } from '../format'
import { turnsOf, writeDialogues } from '../kit/conversation/dialogue-writer'
import type { WrittenDialogue } from '../kit/conversation/dialogue-writer'
import { placeholderText } from '../kit/conversation/placeholder-text'
import { withoutPlaceholders } from '../placeholders'
import { boxOrPointWritten, marksOf, reportOutside } from '../selection'
import type { Selection } from '../selection'
import { BBOX, IMAGE, PLACEHOLDERS, REF } from './placeholders'

export const FILE = 'ms-swift.jsonl'

export interface SwiftObjects {
  readonly ref: readonly string[]
  /** Pixels of the upright image: x0, y0, x1, y1, or x, y. */
  readonly bbox: readonly (readonly number[])[]
  readonly bbox_type: 'real'
}

/** Words and boxes of one record, in the order in which its texts call for them. */
export class SwiftTexts {
  readonly #ref: string[] = []
  readonly #bbox: (readonly number[])[] = []
  readonly #dialogue: WrittenDialogue
  readonly #last: WrittenDialogue

  /** `last`: whose regions the last turn has, where it is another answer to the same question. */
  constructor(dialogue: WrittenDialogue, last = dialogue) {
    this.#dialogue = dialogue
    this.#last = last
  }

  /** null: the record has neither. */
  get objects(): SwiftObjects | null {
    if (this.#ref.length + this.#bbox.length === 0) return null
    return { ref: this.#ref, bbox: this.#bbox, bbox_type: 'real' }
  }

  write(nodes: readonly GroundedNode[], isLast = false): string {
    const { selection } = isLast ? this.#last : this.#dialogue
    const { document, tally } = this.#dialogue
    const clean = (words: string): string => withoutPlaceholders(words, PLACEHOLDERS, document.image, tally)
    let end = -1
    let length = 0
    const text = placeholderText(nodes, {
      clean,
      phrase: (node) => {
        if (node.regionIds.length === 0 || regionIdsOf(node.children).length > 0) return null
        this.#ref.push(clean(plainText(node.children)))
        return REF
      },
      regions: (node, words) => {
        if (words !== null)
          this.#lose('nested-phrase', 'Words that hold regions, or are tied to none, became words without a link.')
        return node.regionIds.map((id) => this.#place(id, selection)).join('')
      }
    })
    // Placeholders of two nodes that touch are read as one group.
    for (const node of nodes) {
      const isGroup = node.type === 'mention' || node.type === 'phrase'
      const doesOpen = node.type === 'mention' && node.regionIds.length > 0
      if (doesOpen && end === length)
        this.#lose('joined-regions', 'Regions that follow each other without words became one group.')
      length++
      if (isGroup && node.regionIds.length > 0) end = length
    }
    return text
  }

  #place(id: RegionId, selection: Selection): string {
    const { document, tally } = this.#dialogue
    const region = selection.byId.get(id)
    if (region === undefined) return ''
    reportOutside(region, document, tally)
    const shape = boxOrPointWritten(region, document, tally)
    const numbers =
      shape.type === 'box'
        ? orderCorners(pixelFromNormalized(shape.box, selection.size))
        : pixelPointFromNormalized(shape.point, selection.size)
    this.#bbox.push(numbers)
    return BBOX
  }

  #lose(what: string, message: string): void {
    const { document, tally } = this.#dialogue
    tally.lose({ code: `format/${what}`, message, path: [] }, document.image)
  }
}

export interface SwiftMessage {
  readonly role: TurnRecord['role']
  readonly content: string
}

export function swiftMessages(
  turns: readonly TurnRecord[],
  texts: SwiftTexts,
  dialogue: WrittenDialogue
): readonly SwiftMessage[] {
  return turns.map((turn, i) => ({
    role: turn.role,
    content: (i === 0 ? `${IMAGE}\n` : '') + texts.write(turn.children, i === turns.length - 1),
    ...marksOf(turn, dialogue.selection)
  }))
}

function recordOf(dialogue: WrittenDialogue): object {
  const texts = new SwiftTexts(dialogue)
  const messages = swiftMessages(turnsOf(dialogue), texts, dialogue)
  const { objects } = texts
  const images = [dialogue.document.image.relativePath]
  return { id: dialogue.dialogue.id, messages, images, ...(objects === null ? {} : { objects }) }
}

export const writeSwift = (source: ExportSource, options: ExportOptions): ExportRun =>
  writeDialogues({ fileName: FILE, layout: 'lines', record: recordOf }, source, options)
