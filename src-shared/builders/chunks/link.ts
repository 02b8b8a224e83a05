/** @file Chunks of a caption tied to the regions they can only mean. A chunk that might mean others stays words. */
import type { Language } from '../../prompts/tasks/task'
import { countIn, extremeSizeIn, sideIn } from '../../lint/words'
import { attributeWords } from '../attributes'
import { evaluate } from '../expression/evaluate'
import type { Base } from '../expression/expression'
import type { Scene, Thing } from '../scene'
import { nounOf } from '../words/expressions'
import { chineseChunks } from './chinese'
import { englishChunks } from './english'
import type { Chunk, Taggers } from './token'

export interface LinkedChunk {
  readonly chunk: Chunk
  readonly things: readonly Thing[]
}

const withoutColour = (word: string): string => word.replace(/色?的?$/u, '')

/** A modifier that is an attribute some thing of the class has: it narrows what is meant. */
function baseOf(scene: Scene, { className, modifiers }: Chunk, language: Language): Base {
  for (const { attributes } of scene.classes.get(className)?.things ?? []) {
    for (const [key, value] of attributes) {
      const words = attributeWords(value, language)?.replace(/的$/, '')
      const isSaid = modifiers.some((word) => word === words || withoutColour(word) === value)
      if (isSaid) return { className, attribute: { key, value } }
    }
  }
  return { className, attribute: null }
}

/** What a chunk means; null: nothing for certain. */
function meantByChunk(scene: Scene, chunk: Chunk, language: Language): readonly Thing[] | null {
  const base = baseOf(scene, chunk, language)
  const verdicts = [...evaluate(scene, { kind: 'one', base, selector: { kind: 'all' } })]
  const yes = verdicts.filter(([, verdict]) => verdict === 'yes').map(([thing]) => thing)
  if (yes.length === 0 || verdicts.some(([, verdict]) => verdict === 'unclear')) return null
  if (contradicts(chunk, yes, language)) return null
  const { quantity } = chunk
  if (quantity === 'untold') return null
  if (quantity === 'many') return yes.length >= 2 ? yes : null
  if (quantity === 'unknown') return yes.length === 1 ? yes : null
  return yes.length === quantity ? yes : null
}

/** A colour in the words that a thing is known not to have. */
function contradicts({ modifiers }: Chunk, things: readonly Thing[], language: Language): boolean {
  return things.some(({ attributes }) => {
    const colour = attributes.get('colour')
    if (colour === undefined) return false
    const own = attributeWords(colour, language)?.replace(/的$/, '') ?? colour
    return modifiers.some((word) => COLOURS.has(withoutColour(word)) && withoutColour(word) !== withoutColour(own))
  })
}
const COLOURS = new Set(
  'red orange yellow green blue purple pink brown black white grey gray 红 橙 黄 绿 蓝 紫 粉 棕 褐 黑 白 灰'.split(' ')
)

/** Sides and sizes are claims that only boxes settle; a caption's words are not read that far. */
const saysPlace = (words: string): boolean => sideIn(words) !== null || extremeSizeIn(words) !== null

/**
 * The chunks of a caption that mean certain regions, in order, none overlapping. Empty without a tagger for the
 * language.
 */
export function linkChunks(
  scene: Scene,
  caption: string,
  language: Language,
  taggers: Taggers
): readonly LinkedChunk[] {
  const tagger = taggers[language]
  if (tagger === undefined) return []
  const nouns = new Map<string, string>()
  for (const name of scene.classes.keys()) {
    const noun = nounOf(scene, name, language)
    if (noun !== null) nouns.set(name, noun)
  }
  const tokens = tagger(caption)
  const chunks = language === 'en' ? englishChunks(tokens, nouns) : chineseChunks(tokens, nouns)
  const linked = chunks.flatMap((chunk): readonly LinkedChunk[] => {
    const words = caption.slice(chunk.start, chunk.end)
    const wide = caption.slice(chunk.expanded.start, chunk.expanded.end)
    const things = saysPlace(words) || saysPlace(wide) ? null : meantByChunk(scene, chunk, language)
    const isCounted = things !== null && [countIn(words), countIn(wide)].every((n) => n === null || n === things.length)
    return things === null || !isCounted ? [] : [{ chunk, things }]
  })
  // "A dog … the dog": both mean it. "A dog and a dog", "a dog and another": neither can be the only one.
  const isRepeated = ({ chunk }: LinkedChunk): boolean =>
    chunks.some((other) => other !== chunk && other.className === chunk.className && isSecond(caption, other, chunk))
  return linked.filter((one) => !isRepeated(one))
}

const INDEFINITE =
  /^(?:an?|another|other|one|two|three|four|five|several|some|some)\b|^(?:另|其他|[一两三四五六七八九十几])/iu
const isSecond = (caption: string, first: Chunk, second: Chunk): boolean =>
  INDEFINITE.test(caption.slice(first.expanded.start)) && INDEFINITE.test(caption.slice(second.expanded.start))
