/** @file What `--overlay` draws: the given regions with their numbers, the answered ones with their words. */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { regionShapeOf } from '../../src-shared/geometry/shape'
import type { Answer } from '../core/answer'
import { phrasesOf } from '../core/proposals'
import type { OverlayMark } from '../core/ports'

const GIVEN_COLOUR = '#1f7ae0'
const ANSWER_COLOUR = '#e8590c'
export const MASK_COLOUR = ANSWER_COLOUR

export const givenMarks = (shapes: readonly RegionShape[]): OverlayMark[] =>
  shapes.map((shape, i) => ({ shape, colour: GIVEN_COLOUR, isDashed: true, caption: `@${i + 1}` }))

export function answerMarks(answer: Answer): OverlayMark[] {
  const phrases = phrasesOf(answer.tree)
  return answer.tree.regions.map(({ id, shape }) => {
    const confidence = answer.confidences.get(id)
    const words = [phrases.get(id) ?? '', confidence === undefined ? '' : `${Math.round(confidence * 100)}%`]
    const drawn = regionShapeOf(shape)
    return {
      shape: drawn,
      colour: ANSWER_COLOUR,
      isDashed: false,
      caption: words.filter((word) => word !== '').join(' · ')
    }
  })
}
