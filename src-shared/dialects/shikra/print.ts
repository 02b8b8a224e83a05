/**
 * @file Writes GroundedText as Shikra text: words, then `[..;..]` right after them with no space, as
 * in training. There is no escape in this dialect, so words that would be read as a region get
 * harmless brackets, and the loss is said.
 */
import type { GroundedNode, GroundedText, RegionId } from '../../grounded/nodes'
import type { GroundedShape } from '../../geometry/region-shape'
import { boxOrPointOf } from '../../geometry/shape'
import type { DialectContext, Loss, PrintResult } from '../dialect'
import { quantizedNumbers } from './coordinates'
import type { Notation } from './notation'
import { STOP_TOKEN } from './profile'
import { readGroup } from './read-group'

type Path = readonly number[]
/** `words` may be changed, `source` (of raw nodes) and `group` may not be read as anything else. */
interface Piece {
  readonly is: 'words' | 'source' | 'group'
  readonly text: string
  readonly path: Path
}

class Printer {
  readonly losses: Loss[] = []
  readonly pieces: Piece[] = []
  readonly #shapes: ReadonlyMap<RegionId, GroundedShape>

  readonly notation: Notation
  readonly context: DialectContext

  constructor(tree: GroundedText, notation: Notation, context: DialectContext) {
    this.notation = notation
    this.context = context
    this.#shapes = new Map(tree.regions.map(({ id, shape }) => [id, shape]))
    this.#nodes(tree.children, [], false)
  }

  #nodes(nodes: readonly GroundedNode[], parent: Path, isInPhrase: boolean): void {
    nodes.forEach((node, index) => {
      const path = [...parent, index]
      if (node.type === 'text') this.pieces.push({ is: 'words', text: node.value, path })
      else if (node.type === 'raw') this.pieces.push({ is: 'source', text: node.value, path })
      else if (node.type === 'mention') this.#group(node.regionIds, path)
      else {
        if (isInPhrase) this.#lose('nested-phrase', 'A phrase inside a phrase has no mark of its own.', path)
        this.#nodes(node.children, path, true)
        if (node.regionIds.length > 0) this.#group(node.regionIds, path)
        else this.#lose('ungrounded-phrase', 'A phrase without regions is written as plain words.', path)
      }
    })
  }

  #group(ids: readonly RegionId[], path: Path): void {
    const boxes: (readonly number[])[] = []
    const points: (readonly number[])[] = []
    for (const id of ids) {
      const shape = this.#shapes.get(id)
      if (shape === undefined) {
        this.#lose('unknown-region', `Region ${id} does not exist.`, path)
        continue
      }
      const written = boxOrPointOf(shape)
      if (written !== shape) this.#lose('kind', `Region ${id} is written as the box around it.`, path)
      const { numbers, isClamped } = quantizedNumbers(written, this.context, this.notation.variant)
      if (isClamped) this.#lose('clamped', `Region ${id} reaches outside what can be written, and is cut.`, path)
      ;(written.type === 'box' ? boxes : points).push(numbers)
    }
    if (boxes.length > 0 && points.length > 0) {
      this.#lose('mixed-kinds', 'Boxes and points cannot share a bracket; the points follow in their own.', path)
    }
    for (const tuples of [boxes, points]) {
      if (tuples.length > 0) this.pieces.push({ is: 'group', text: this.notation.write(tuples), path })
    }
  }

  #lose(code: string, message: string, path: Path): void {
    this.losses.push({ code: `dialect/${code}`, message, path })
  }

  /** Whether the bracket at `start` of `text` would be read as anything but words. */
  #isRead(text: string, opener: string, start: number, modes: readonly ('strict' | 'lenient')[]): number | null {
    const end = this.notation.findEnd(text, opener, start + opener.length, true)
    const body = text.slice(start + opener.length, end.at)
    return modes.some((mode) => readGroup(this.notation, opener, body, end.by, mode).is !== 'text') ? end.at : null
  }

  /** Joins pieces between groups, since a look-alike may be spread over several nodes. */
  finish(): string {
    let output = ''
    let run: Piece[] = []
    for (const piece of [...this.pieces, null]) {
      if (piece !== null && piece.is !== 'group') {
        run.push(piece)
        continue
      }
      output += this.#harmless(run, piece?.text ?? '') + (piece?.text ?? '')
      run = []
    }
    return output
  }

  #harmless(run: readonly Piece[], next: string): string {
    const text = run.map((piece) => piece.text).join('')
    const whole = text + next
    const characters = [...Array(text.length).keys()]
    const replaced = new Map<number, string>()
    let piece = 0
    let pieceEnd = run[0]?.text.length ?? 0
    for (const match of text.matchAll(this.notation.openers)) {
      const start = match.index
      while (start >= pieceEnd) pieceEnd += run[++piece]?.text.length ?? Infinity
      const owner = run[piece]
      if (owner === undefined) break
      const isSource = owner.is === 'source' && start + match[0].length <= pieceEnd
      // Source that came from this reader, in this mode, is not a region; nothing else may become one.
      const modes = isSource ? ([this.context.mode ?? 'strict'] as const) : (['strict', 'lenient'] as const)
      if (match[0] === STOP_TOKEN) {
        if (isSource) continue
        this.#replace(replaced, text, start)
      } else {
        const end = this.#isRead(whole, match[0], start, modes)
        if (end === null || (isSource && this.#isOnlyRaw(whole, match[0], start, modes))) continue
        this.#replace(replaced, text, start)
        this.#replace(replaced, text, end)
      }
      this.#lose('escaped', `Words that look like a region were changed: ${text.slice(start, start + 40)}`, owner.path)
    }
    if (replaced.size === 0) return text
    return characters.map((i) => replaced.get(i) ?? text.charAt(i)).join('')
  }

  #isOnlyRaw(text: string, opener: string, start: number, modes: readonly ('strict' | 'lenient')[]): boolean {
    const end = this.notation.findEnd(text, opener, start + opener.length, true)
    const body = text.slice(start + opener.length, end.at)
    return modes.every((mode) => readGroup(this.notation, opener, body, end.by, mode).is !== 'group')
  }

  #replace(replaced: Map<number, string>, text: string, at: number): void {
    const harmless = this.notation.harmless[text.charAt(at)]
    if (harmless !== undefined) replaced.set(at, harmless)
  }
}

/** Total for finite coordinates; never changes its input. */
export function printShikra(notation: Notation, tree: GroundedText, context: DialectContext): PrintResult {
  const printer = new Printer(tree, notation, context)
  const text = printer.finish()
  return { text, losses: printer.losses }
}
