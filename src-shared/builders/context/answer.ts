/**
 * @file Reads what a model wrote for a context. Total: any text gives a dialogue or says why not. A box is kept only
 * if it is one of the context; one that is not is dropped with a problem, and its words stay words.
 */
import { phrase, mention, text } from '../../grounded/build'
import type { GroundedNode, RegionId } from '../../grounded/nodes'
import { normalizeNodes } from '../../grounded/normalize'
import { plainText } from '../../grounded/plain-text'
import { CHINESE } from '../../prompts/tasks/chinese'
import { ENGLISH } from '../../prompts/tasks/english'
import type { Exchange } from '../exchange'
import { hashOf } from '../random'
import type { ContextObject, ContextRequest, ImageContext } from './request'

/** - `build/box-unknown`: not in the context · `build/answer-unreadable`: no question and answer · `build/answer-unfinished`: ends in mid-sentence */
export interface AnswerProblem {
  readonly code: 'build/box-unknown' | 'build/answer-unreadable' | 'build/answer-unfinished'
  /** As the model wrote it, shortened. */
  readonly words: string
}
export interface ReadAnswer {
  /** Empty: nothing can be used. */
  readonly exchanges: readonly Exchange[]
  readonly problems: readonly AnswerProblem[]
}

/** A copied box may be rounded again, no more. */
const COPY_TOLERANCE = 0.0015
const MOST_CHARACTERS = 100_000

/** Four numbers or more in brackets; what may be a box, and never words. */
const BRACKET = String.raw`\[\s*-?\d[\d.\s,;-]*\]`
const PIECE = new RegExp(`<ref>([^<]*)</ref>((?:\\s*${BRACKET})*)|(${BRACKET})|</?ref>`, 'gu')
const EACH = new RegExp(BRACKET, 'gu')

const shortened = (words: string): string => (words.length > 60 ? `${words.slice(0, 59)}…` : words)

function objectAt(bracket: string, { objects }: ImageContext): ContextObject | null {
  const numbers = bracket
    .slice(1, -1)
    .split(/[,;\s]+/)
    .filter((part) => part !== '')
    .map(Number)
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) return null
  const error = ({ box }: ContextObject): number =>
    Math.max(...box.map((value, i) => Math.abs(value - (numbers[i] ?? 9))))
  const near = objects.filter((object) => error(object) <= COPY_TOLERANCE).toSorted((a, b) => error(a) - error(b))
  return near[0] ?? null
}
const isCoordinates = (bracket: string): boolean => (bracket.match(/\d+(?:\.\d+)?/g) ?? []).length >= 4

/** One line of the model's as a tree. */
function treeOf(words: string, context: ImageContext, problems: AnswerProblem[]): readonly GroundedNode[] {
  const nodes: GroundedNode[] = []
  const idsIn = (brackets: string): readonly RegionId[] => {
    const ids: RegionId[] = []
    for (const [bracket] of brackets.matchAll(EACH)) {
      const object = objectAt(bracket, context)
      if (object === null) problems.push({ code: 'build/box-unknown', words: shortened(bracket) })
      else if (!ids.includes(object.id)) ids.push(object.id)
    }
    return ids
  }
  let at = 0
  for (const match of words.matchAll(PIECE)) {
    const [whole, ref, boxes = '', bare] = match
    // "[1]" is a citation or a list, not a box.
    if (bare !== undefined && !isCoordinates(bare)) continue
    nodes.push(text(words.slice(at, match.index)))
    at = match.index + whole.length
    if (ref !== undefined) {
      const ids = idsIn(boxes)
      // A box among the words of a mark is no word.
      const named = ref.replace(EACH, (bracket) => (isCoordinates(bracket) ? '' : bracket))
      nodes.push(ids.length === 0 || named.trim() === '' ? text(named) : phrase(named.trim(), ids))
    } else if (bare !== undefined) {
      const ids = idsIn(bare)
      if (ids.length > 0) nodes.push(mention(ids))
    }
  }
  nodes.push(text(words.slice(at)))
  return trimmed(normalizeNodes(nodes))
}

/** Without space at either end, and without double spaces that a dropped box leaves. */
function trimmed(nodes: readonly GroundedNode[]): readonly GroundedNode[] {
  const last = nodes.length - 1
  return nodes.flatMap((node, i): readonly GroundedNode[] => {
    if (node.type !== 'text') return [node]
    let value = node.value.replace(/ {2,}/g, ' ').replace(/ +([.,;:!?，。；：！？])/gu, '$1')
    if (i === 0) value = value.trimStart()
    if (i === last) value = value.trimEnd()
    return value === '' ? [] : [text(value)]
  })
}

/** Begins a question or an answer; models like to make such words bold, or to number them. */
const TURN = /^[\s*#>-]*(?:\d+[.)]\s*)?(?:(question|q|问题|问)|(answer|a|回答|答))\s*\d*\s*[:：]\**\s*/i

interface Spoken {
  readonly isQuestion: boolean
  words: string
}

/** Lines with their speaker; what comes before the first speaker is the model's own talk, and dropped. */
function spokenIn(answer: string): readonly Spoken[] {
  const spoken: Spoken[] = []
  for (const line of answer.split(/\r?\n/)) {
    const match = TURN.exec(line)
    const last = spoken.at(-1)
    if (match !== null) spoken.push({ isQuestion: match[1] !== undefined, words: line.slice(match[0].length) })
    else if (last !== undefined && line.trim() !== '') last.words += ` ${line.trim()}`
  }
  return spoken
}

const ENDS = /[.!?。！？…)）"”’』」\]]\s*$/u

/** What a detailed description answers: one of the wordings for it, by the request. */
function detailQuestion({ id, language }: ContextRequest): readonly GroundedNode[] {
  const wordings = (language === 'en' ? ENGLISH : CHINESE)['grounded-caption']
  return [text(wordings[hashOf(id) % wordings.length] ?? '')]
}

export function readAnswer(request: ContextRequest, answer: string): ReadAnswer {
  const problems: AnswerProblem[] = []
  const unreadable = (words: string): ReadAnswer => ({
    exchanges: [],
    problems: [...problems, { code: 'build/answer-unreadable', words: shortened(words.trim()) }]
  })
  if (answer.length > MOST_CHARACTERS) return unreadable(answer)
  const clean = answer.replace(/```\w*\n?/g, '').trim()
  if (request.kind === 'detail') {
    const words = clean
      .replace(/^(?:description|描述|答)\s*[:：]\s*/i, '')
      .replace(/\s*\n+\s*/g, request.language === 'en' ? ' ' : '')
    const tree = treeOf(words, request.context, problems)
    if (plainText(tree).trim() === '') return unreadable(answer)
    if (!isEnded(tree)) return unfinished(problems, words)
    return { exchanges: [{ question: detailQuestion(request), answer: tree }], problems }
  }
  const spoken = spokenIn(clean)
  const exchanges: Exchange[] = []
  for (const [i, { isQuestion, words }] of spoken.entries()) {
    const next = spoken[i + 1]
    if (!isQuestion || next === undefined || next.isQuestion) continue
    const [question, said] = [words, next.words].map((line) => treeOf(line, request.context, problems))
    if (question === undefined || said === undefined) continue
    if (plainText(question).trim() === '' || plainText(said).trim() === '') continue
    if (!isEnded(said)) {
      problems.push({ code: 'build/answer-unfinished', words: shortened(next.words.slice(-40)) })
      continue
    }
    exchanges.push({ question, answer: said })
  }
  return exchanges.length === 0 ? unreadable(answer) : { exchanges, problems }
}

const isEnded = (tree: readonly GroundedNode[]): boolean => {
  const last = tree.at(-1)
  // A short answer is a word; a long text that ends in a word was cut off.
  return last?.type !== 'text' || ENDS.test(last.value) || plainText(tree).length < 60
}
const unfinished = (problems: readonly AnswerProblem[], words: string): ReadAnswer => ({
  exchanges: [],
  problems: [...problems, { code: 'build/answer-unfinished', words: shortened(words.slice(-40)) }]
})
