/**
 * @file The syntax of a wording. Total: any text is read, and what is no such thing stays words.
 *
 *     {region}                     a slot
 *     {phrase:expression}          the words of a slot as a phrase that has no region yet
 *     {phrase:It|region}           words of the wording, grounded in the region of a slot
 *     {exact:<grounding>}          reaches the model as it stands
 *     {{  }}                       braces
 *
 * Values of slots are put between the pieces and never read, so braces in them mean nothing.
 */
import type { Diagnostic, SourceRange } from '../../errors'
import { isSlotName, SLOTS } from './task'
import type { SlotName } from './task'

export type WordingPiece =
  | { readonly type: 'words'; readonly text: string }
  | { readonly type: 'exact'; readonly text: string }
  | { readonly type: 'slot'; readonly slot: SlotName }
  | {
      readonly type: 'phrase'
      readonly words: { readonly slot: SlotName } | { readonly text: string }
      readonly region: SlotName | null
    }

export interface Wording {
  readonly source: string
  readonly pieces: readonly WordingPiece[]
  /** Codes `wording/stray-brace`, `wording/unknown-slot`, `wording/empty`. */
  readonly diagnostics: readonly Diagnostic[]
}

/** `{{`, `}}`, `{` up to its `}`, or a brace that stands alone; within `{exact:…}` doubled braces are braces. */
const MARK = /\{\{|\}\}|\{(exact:(?:[^{}]|\{\{|\}\})*|[^{}]*)\}|[{}]/g
const single = (text: string): string => text.replace(/\{\{|\}\}/g, (pair) => pair.charAt(0))

const EXACT = 'exact:'
const PHRASE = 'phrase:'

function readInside(inside: string): WordingPiece | null {
  if (inside.startsWith(EXACT))
    return inside === EXACT ? null : { type: 'exact', text: single(inside.slice(EXACT.length)) }
  if (isSlotName(inside)) return { type: 'slot', slot: inside }
  if (!inside.startsWith(PHRASE)) return null
  const body = inside.slice(PHRASE.length)
  const bar = body.lastIndexOf('|')
  if (bar === -1)
    return isSlotName(body) && SLOTS[body] === 'words' ? { type: 'phrase', words: { slot: body }, region: null } : null
  const region = body.slice(bar + 1)
  const words = body.slice(0, bar)
  if (words === '' || !isSlotName(region) || (SLOTS[region] !== 'region' && SLOTS[region] !== 'regions')) return null
  const isWordsSlot = isSlotName(words) && SLOTS[words] === 'words'
  return { type: 'phrase', words: isWordsSlot ? { slot: words } : { text: words }, region }
}

export function parseWording(source: string): Wording {
  const pieces: WordingPiece[] = []
  const diagnostics: Diagnostic[] = []
  const say = (code: string, message: string, position: SourceRange): void => {
    diagnostics.push({ code: `wording/${code}`, severity: 'error', message, position })
  }
  const words = (text: string): void => {
    const last = pieces.at(-1)
    if (text === '') return
    if (last?.type === 'words') pieces[pieces.length - 1] = { type: 'words', text: last.text + text }
    else pieces.push({ type: 'words', text })
  }
  let at = 0
  for (const match of source.matchAll(MARK)) {
    const position = { start: match.index, end: match.index + match[0].length }
    words(source.slice(at, position.start))
    at = position.end
    const inside = match[1]
    if (inside === undefined) {
      if (match[0].length === 1) say('stray-brace', 'A brace stands alone; write it twice to mean a brace.', position)
      words(match[0].charAt(0))
      continue
    }
    const piece = readInside(inside)
    if (piece === null) {
      say('unknown-slot', `There is no slot ${match[0]} (slots: ${Object.keys(SLOTS).join(', ')}).`, position)
      words(match[0])
    } else pieces.push(piece)
  }
  words(source.slice(at))
  if (pieces.length === 0) say('empty', 'The wording has no words.', { start: 0, end: 0 })
  return { source, pieces, diagnostics }
}

/** Each slot once, in order of first appearance. */
export function slotsOf({ pieces }: Wording): readonly SlotName[] {
  const names = pieces.flatMap((piece): readonly SlotName[] => {
    if (piece.type === 'slot') return [piece.slot]
    if (piece.type !== 'phrase') return []
    return [...('slot' in piece.words ? [piece.words.slot] : []), ...(piece.region === null ? [] : [piece.region])]
  })
  return [...new Set(names)]
}
