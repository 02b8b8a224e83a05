/** @file What of an image a format says it will give back, and what it says it will not. */
import type { AnnotationShape } from '../../geometry/region-shape'
import { normalizeNodes } from '../../grounded/normalize'
import { plainText } from '../../grounded/plain-text'
import { regionIdsOf } from '../../grounded/visit'
import type { FormatKeeps } from '../keeps'
import { isCaption } from '../selection'
import type { ContentDialogue, ContentImage, ContentRegion } from './content'
import { boundsOf, clipped } from './place'

/** The shape that comes back; null when the format has none for it. */
function expectedShape(shape: AnnotationShape, keeps: FormatKeeps): AnnotationShape | null {
  const held = keeps.shapes.includes(shape.type) ? shape : keeps.otherShapes === 'box' ? boxAround(shape) : null
  return held !== null && keeps.outside === 'clipped' ? clipped(held) : held
}
function boxAround(shape: AnnotationShape): AnnotationShape | null {
  const box = boundsOf(shape)
  return box === null ? null : { type: 'box', box }
}

function reasonAgainst(region: ContentRegion, keeps: FormatKeeps, named: ReadonlySet<string>): string | null {
  if (expectedShape(region.shape, keeps) === null) return `region-${region.shape.type}`
  const wanted = keeps.regions ?? 'all'
  if (wanted === 'all') return null
  const isPhrased = region.phrase !== null && region.phrase.trim() !== ''
  const holds = {
    labelled: region.label !== null,
    phrased: isPhrased,
    'phrased-boxes': isPhrased && region.shape.type !== 'point',
    'in-dialogues': named.has(region.key)
  }
  return wanted.some((rule) => holds[rule]) ? null : 'region-without-words'
}

/** How the format holds a dialogue; a caption and an exchange are kept or not by themselves. */
function holdOn({ turns }: ContentDialogue, { dialogues, captions = 'none' }: FormatKeeps): FormatKeeps['dialogues'] {
  if (!isCaption(turns)) return dialogues
  if (captions !== 'expressions') return captions
  const nodes = normalizeNodes(turns[0]?.children ?? [])
  return nodes.length === 1 && nodes[0]?.type === 'phrase' ? 'grounded' : 'none'
}

const wordsOnly = ({ title, turns }: ContentDialogue): ContentDialogue => ({
  title,
  turns: turns.map(({ role, children }) => ({ role, children: [{ type: 'text', value: plainText(children) }] }))
})

/** Turns are questions and answers by turns here; a caption is one turn. */
const exchangesOf = ({ title, turns }: ContentDialogue): readonly ContentDialogue[] =>
  Array.from({ length: Math.ceil(turns.length / 2) }, (_, i) => ({ title, turns: turns.slice(2 * i, 2 * i + 2) }))

/** null: the format has no place for the image. `leave` is called once for everything that is not expected back. */
export function expectedImage(
  image: ContentImage,
  keeps: FormatKeeps,
  leave: (reason: string) => void
): ContentImage | null {
  const dialogues = image.dialogues.flatMap((dialogue): readonly ContentDialogue[] => {
    const hold = holdOn(dialogue, keeps)
    const held = hold === 'words' ? wordsOnly(dialogue) : dialogue
    if (hold !== 'none') return keeps.exchanges === 'apart' ? exchangesOf(held) : [held]
    leave(dialogue.turns.length === 0 ? 'dialogue-empty' : isCaption(dialogue.turns) ? 'caption' : 'dialogue')
    return []
  })
  const named = new Set(dialogues.flatMap(({ turns }) => turns.flatMap(({ children }) => regionIdsOf(children))))
  const regions = image.regions.flatMap((region): readonly ContentRegion[] => {
    const reason = reasonAgainst(region, keeps, named)
    if (reason !== null) leave(reason)
    const shape = reason === null ? expectedShape(region.shape, keeps) : null
    return shape === null ? [] : [{ ...region, shape }]
  })
  const relations = keeps.relations ? image.relations : []
  if (!keeps.relations) for (let i = 0; i < image.relations.length; i++) leave('relation')
  if (keeps.images === 'with-content' && regions.length + dialogues.length + relations.length === 0) {
    leave('image-without-content')
    return null
  }
  return { ...image, regions, dialogues, relations }
}
