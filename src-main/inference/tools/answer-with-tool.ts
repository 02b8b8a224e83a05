/**
 * @file One answer of a tool: its findings written as a list in the `json` dialect, one piece of text for
 * each, so that every region has the probability of its own finding.
 */
import { findDialect } from '../../../src-shared/dialects/registry'
import { InvariantError } from '../../../src-shared/errors'
import type { ImageSize } from '../../../src-shared/geometry/space'
import { groundedText, phrase } from '../../../src-shared/grounded/build'
import type { Answer, AnswerHooks, AnswerRequest } from '../decode/answer'
import { readRaster } from '../image/read-pixels'
import { TOOL_DIALECT } from './tool'
import type { Finding, OpenTool, ToolQuestion } from './tool'

/** A text and the probability of what it says; concatenated they are the whole answer. */
export interface Piece {
  readonly text: string
  readonly probability: number
}

function jsonOf(): NonNullable<ReturnType<typeof findDialect>> {
  const dialect = findDialect(TOOL_DIALECT)
  if (dialect === null) throw new InvariantError(`expected the dialect ${TOOL_DIALECT}`)
  return dialect
}

/** The list as text, cut so that each finding's line is one piece. */
export function piecesOf(findings: readonly Finding[], image: ImageSize): readonly Piece[] {
  if (findings.length === 0) return [{ text: '[]', probability: 1 }]
  const tree = groundedText(
    findings.map(({ label }, place) => phrase(label, [`r${place + 1}`])),
    findings.map(({ shape }, place) => ({ id: `r${place + 1}`, shape }))
  )
  const { text } = jsonOf().print(tree, { image, space: 'original' })
  let next = 0
  // Labels are JSON strings: a line feed in one is written as two letters, so lines are items.
  return text.split(/(?<=\n)/).map((line) => {
    const isItem = line.trimStart().startsWith('{')
    return { text: line, probability: isItem ? (findings[next++]?.score ?? 1) : 1 }
  })
}

const CANCELLED = Symbol('cancelled')
/** A probability of 0 has no logarithm. */
const LEAST_PROBABILITY = 1e-6

/** `labels`: what alone may be found; without, whatever the question asks for. */
export type ToolRequest = AnswerRequest & Partial<Pick<ToolQuestion, 'labels'>>

export async function answerWithTool(tool: OpenTool, request: ToolRequest, hooks: AnswerHooks): Promise<Answer> {
  const started = performance.now()
  let imageMs = 0
  let said = 0
  const end = (stop: Answer['stop']): Answer => {
    const totalMs = performance.now() - started
    const timings = {
      imageMs,
      visionMs: totalMs - imageMs,
      prefillMs: 0,
      decodeMs: 0,
      totalMs,
      promptTokens: 0,
      newTokens: said
    }
    return { stop, limit: null, ids: [], tail: '', timings, prefixReused: false, calls: 0 }
  }
  const between = (): void => {
    hooks.alive()
    if (hooks.isCancelled()) throw CANCELLED
  }
  try {
    hooks.phase('reading-image')
    const image = await readRaster(request.imagePath)
    imageMs = performance.now() - started
    between()
    const text = request.messages.at(-1)?.text ?? ''
    const { tree } = jsonOf().parse(text, { image: image.size, space: 'original', mode: 'lenient' })
    hooks.phase('decoding')
    const findings = await tool.answer({ text, tree, image, labels: request.labels ?? null }, between)
    for (const piece of piecesOf(findings, image.size)) {
      said++
      hooks.token(piece.text, Math.log(Math.max(LEAST_PROBABILITY, piece.probability)), [])
    }
    return end('end')
  } catch (error) {
    if (error !== CANCELLED) throw error
    return end('cancelled')
  }
}
