/** @file Seeded answers in every dialect: short ones as models give them, printed by the dialect itself. */
import type { Dialect, DialectContext } from '../../src-shared/dialects/dialect'
import { normalizedBox } from '../../src-shared/geometry/space'
import { groundedText, phrase, text } from '../../src-shared/grounded/build'
import type { GroundedNode, GroundedRegion } from '../../src-shared/grounded/nodes'
import type { Random } from '../lib/random'

export const IMAGE = { width: 640, height: 480 }
export const CONTEXT: DialectContext = { image: IMAGE, resized: { width: 644, height: 476 } }

/** Dialects whose answers are lists of labelled boxes, with no words between them. */
const LISTS = new Set(
  'paligemma qwen2.5-vl qwen3-vl gemini moondream json florence-2 ofa pix2seq deepseek-vl2 kosmos-2.5 visionllm'.split(
    ' '
  )
)
/** Words that every peer reads as a label: letters, digits, spaces, hyphens. */
const NOUNS = [
  'dog',
  'red dog',
  'man in a hat',
  'cat',
  'two cups',
  'bike',
  't-shirt',
  'dining table',
  'left door'
] as const
const OPENERS = ['', '', 'I see ', 'The image shows ', 'There is '] as const
const LINKS = [' and ', ' next to ', ', then ', ' behind '] as const

function shortTree(random: Random, isList: boolean) {
  const count = random.pick([1, 1, 1, 1, 2, 2, 3])
  const regions: GroundedRegion[] = []
  const children: GroundedNode[] = []
  const opener = isList ? '' : random.pick(OPENERS)
  if (opener !== '') children.push(text(opener))
  for (let i = 0; i < count; i++) {
    if (i > 0 && !isList) children.push(text(random.pick(LINKS)))
    const [x0, y0] = [random.next() * 0.8, random.next() * 0.8]
    const box = normalizedBox(x0, y0, x0 + 0.01 + random.next() * 0.19, y0 + 0.01 + random.next() * 0.19)
    regions.push({ id: `r${i}`, shape: { type: 'box', box } })
    children.push(phrase(random.pick(NOUNS), [`r${i}`]))
  }
  if (!isList) children.push(text('.'))
  return groundedText(children, regions)
}

export function shortAnswers(dialect: Dialect, count: number, random: Random): readonly string[] {
  const isList = LISTS.has(dialect.profile.id)
  return Array.from({ length: count }, () => dialect.print(shortTree(random, isList), CONTEXT).text)
}
