/**
 * @file Texts of a turn in which a placeholder stands for each box, and the boxes are listed beside them: what Ferret's
 * and GPT4RoI's data have in common. `phrases` says which words a placeholder is tied to: tied-words.ts.
 */
import type { NormalizedBox } from '../../../geometry/space'
import type { GroundedNode } from '../../../grounded/nodes'
import { withoutPlaceholders } from '../../placeholders'
import { boxOrPointWritten, reportOutside } from '../../selection'
import type { WrittenDialogue } from './dialogue-writer'
import { placeholderText } from './placeholder-text'
import { JOINED } from './tied-words'
import type { TiedTo } from './tied-words'

export interface BoxesBeside {
  /** As messages say it: `Ferret’s data`. */
  readonly name: string
  /** What stands for the picture in a text. */
  readonly imageToken: string
  /** What a loader takes for a placeholder of a box; matches all of them. */
  readonly marks: RegExp
  /** The placeholder of the box with this number in the text. */
  readonly markOf: (index: number) => string
}

export interface TextWithBoxes {
  readonly text: string
  /** In the order of the placeholders. */
  readonly boxes: readonly NormalizedBox[]
  readonly phrases: readonly TiedTo[]
}

export function textWithBoxes(
  nodes: readonly GroundedNode[],
  { document, selection, tally }: WrittenDialogue,
  { name, imageToken, marks, markOf }: BoxesBeside
): TextWithBoxes {
  const boxes: NormalizedBox[] = []
  const phrases: TiedTo[] = []
  const lose = (what: string, message: string): void =>
    tally.lose({ code: `format/${what}`, message, path: [] }, document.image)
  const clean = (words: string): string => {
    const plain = withoutPlaceholders(words, [imageToken], document.image, tally)
    return plain.replaceAll(marks, (mark) => withoutPlaceholders(mark, [mark], document.image, tally))
  }
  const text = placeholderText(nodes, {
    clean,
    regions: (node, words) => {
      const isPlain = words !== null && words !== '' && words.search(marks) === -1
      if (words !== null && !isPlain)
        lose(
          'nested-phrase',
          'Words that hold other regions, or nothing, were tied to their regions as words before them only.'
        )
      let isFirst = true
      return node.regionIds
        .map((id) => {
          const region = selection.byId.get(id)
          const shape = region === undefined ? null : boxOrPointWritten(region, document, tally)
          if (region === undefined || shape?.type !== 'box') {
            lose('kind', `${name} has boxes; a point was left out of the text.`)
            return ''
          }
          reportOutside(region, document, tally)
          boxes.push(shape.box)
          phrases.push(!isFirst ? JOINED : isPlain ? words : null)
          isFirst = false
          return markOf(boxes.length - 1)
        })
        .join('')
    }
  })
  return { text, boxes, phrases }
}
