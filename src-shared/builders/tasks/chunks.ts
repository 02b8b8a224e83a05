/** @file Captions without links, linked by their noun chunks, and the expressions that come of them (as GRIT was made). */
import type { GroundedNode } from '../../grounded/nodes'
import { phrase, text } from '../../grounded/build'
import { normalizeNodes } from '../../grounded/normalize'
import { plainText } from '../../grounded/plain-text'
import { linkChunks } from '../chunks/link'
import type { LinkedChunk } from '../chunks/link'
import { ask, placeAnswer } from '../exchange'
import type { Task, TaskContext } from '../exchange'
import { captionTurns, LEAST_WORDS } from './captions'

const HAN = /\p{Script=Han}/u

interface LinkedCaption {
  readonly words: string
  readonly chunks: readonly LinkedChunk[]
}

function captionsOf({ scene, language, random, taggers }: TaskContext): readonly LinkedCaption[] {
  return random.shuffled(captionTurns(scene)).flatMap(({ children }): readonly LinkedCaption[] => {
    const words = plainText(children)
    const length = language === 'en' ? words.trim().split(/\s+/).length : [...words].length
    const isPlain = children.every(({ type }) => type === 'text')
    if (!isPlain || HAN.test(words) !== (language === 'zh-CN') || length < LEAST_WORDS[language]) return []
    const chunks = linkChunks(scene, words, language, taggers)
    return chunks.length === 0 ? [] : [{ words, chunks }]
  })
}

/** The words of a chunk: expanded, unless that would swallow another linked one. */
function spansOf(chunks: readonly LinkedChunk[]): readonly { readonly start: number; readonly end: number }[] {
  return chunks.map(({ chunk }, i) => {
    const isFree = chunks.every(
      (other, j) => i === j || other.chunk.end <= chunk.expanded.start || other.chunk.start >= chunk.expanded.end
    )
    return isFree ? chunk.expanded : { start: chunk.start, end: chunk.end }
  })
}

export function nodesOf({ words, chunks }: LinkedCaption): readonly GroundedNode[] {
  const spans = spansOf(chunks)
  const nodes: GroundedNode[] = []
  let at = 0
  for (const [i, { things }] of chunks.entries()) {
    const span = spans[i]
    if (span === undefined || span.start < at) continue
    nodes.push(text(words.slice(at, span.start)))
    nodes.push(
      phrase(
        words.slice(span.start, span.end),
        things.map(({ id }) => id)
      )
    )
    at = span.end
  }
  return normalizeNodes([...nodes, text(words.slice(at))])
}

export const chunkedCaption: Task = function* (context) {
  for (const caption of captionsOf(context))
    yield { question: ask(context, 'grounded-caption', {}), answer: nodesOf(caption) }
}

/** Expanded expressions that mean one region: a question for each. */
export const captionExpressions: Task = function* (context) {
  for (const { words, chunks } of captionsOf(context)) {
    for (const { chunk, things } of chunks) {
      const [only, ...more] = things
      if (only === undefined || more.length > 0) continue
      const expression = words.slice(chunk.expanded.start, chunk.expanded.end)
      const first = expression.charAt(0).toLowerCase() + expression.slice(1)
      yield {
        question: ask(context, 'rec', { expression: /^(?:A|An|The|One|Two)\s/.test(expression) ? first : expression }),
        answer: placeAnswer(context, [only.id])
      }
    }
  }
}
