/**
 * @file Writes a tree as pieces: words, source that was not understood, and fixed markup. Words that
 * would be read as markup get harmless characters, one for one, and the loss is said.
 */
import type { GroundedNode, GroundedText, RegionId, RegionRole } from '../../grounded/nodes'
import type { GroundedShape, ShapeKind } from '../../geometry/region-shape'
import { spelledShapeOf } from '../../geometry/shape'
import type { DialectContext, Loss, PrintResult } from '../dialect'
import type { Codec } from './coordinates'
import { isWaiting } from './item-stream'
import type { ItemReader } from './item-stream'

export type Path = readonly number[]

/** One region as a dialect writes it. */
export interface WrittenRegion {
  readonly kind: ShapeKind
  /** In the order of the text. */
  readonly numbers: readonly number[]
  readonly codes: readonly number[]
  readonly role: RegionRole | null
}

export interface PrintSpec {
  readonly reader: ItemReader
  readonly codec: Codec
  readonly kinds: readonly ShapeKind[]
  /** Character → character, one for one, that opens nothing. */
  readonly harmless: Readonly<Record<string, string>>
  /** Strings that words of a phrase must not hold. */
  readonly reserved: readonly string[]
  /** Markup around the words of a phrase, and its regions; null words: a region used as a word. */
  readonly group: (words: string | null, regions: readonly WrittenRegion[], context: DialectContext) => string
  /** A phrase without regions; null: it can only be written as plain words. */
  readonly emptyPhrase: ((words: string) => string) | null
  /** What stands between what was written and what follows, so that both are read as they are. */
  readonly separator: (
    previous: 'words' | 'phrase' | 'mention' | 'start',
    next: 'words' | 'phrase' | 'mention',
    /** What follows when it is source that was not understood. */
    source?: string
  ) => string
  /** Separators of nothing but spaces that are part of the notation, so that they are no loss. */
  readonly markupSeparators?: readonly string[]
  /** A phrase with several regions is written once for each. */
  readonly isOneRegionEach?: boolean
}

interface Piece {
  readonly is: 'words' | 'source' | 'fixed'
  readonly text: string
  readonly path: Path
}

/** Where words might be read as markup. */
interface Opener {
  readonly text: string
  readonly start: number
  readonly isSource: boolean
  readonly owner: Piece
}

class Printer {
  readonly losses: Loss[] = []
  readonly pieces: Piece[] = []
  readonly #shapes: ReadonlyMap<RegionId, GroundedShape>
  #previous: 'words' | 'phrase' | 'mention' | 'start' = 'start'
  readonly spec: PrintSpec
  readonly context: DialectContext

  constructor(spec: PrintSpec, tree: GroundedText, context: DialectContext) {
    this.spec = spec
    this.context = context
    this.#shapes = new Map(tree.regions.map(({ id, shape }) => [id, shape]))
    tree.children.forEach((node, index) => this.#node(node, [index]))
  }

  #node(node: GroundedNode, path: Path): void {
    if (node.type === 'text' || node.type === 'raw') {
      if (node.value === '') return
      this.#separate('words', path, node.type === 'raw' ? node.value : undefined)
      this.pieces.push({ is: node.type === 'text' ? 'words' : 'source', text: node.value, path })
      return
    }
    if (node.type === 'mention') {
      const regions = this.#written(node.regionIds, [], path)
      if (regions.length > 0) this.#group(null, regions, path)
      return
    }
    const ids = [...node.regionIds]
    const words = this.#wordsOf(node.children, ids, path)
    const trimmed = words.trim()
    const regions = this.#written(ids, node.roles ?? [], path)
    const lead = words.slice(0, words.length - words.trimStart().length)
    if (trimmed !== '' && lead !== '') this.#plain(lead, path)
    if (regions.length > 0) this.#group(trimmed, regions, path)
    else if (trimmed === '') this.#plain(words, path)
    else if (this.spec.emptyPhrase === null) {
      this.#plain(trimmed, path)
      this.#lose('ungrounded-phrase', 'A phrase without regions is written as plain words.', path)
    } else {
      this.#separate('phrase', path)
      this.pieces.push({ is: 'fixed', text: this.spec.emptyPhrase(this.#harmlessInside(trimmed, path)), path })
    }
    if (trimmed !== '') this.#plain(words.slice(words.trimEnd().length), path)
  }

  #plain(words: string, path: Path): void {
    if (words === '') return
    this.#separate('words', path)
    this.pieces.push({ is: 'words', text: words, path })
  }

  #separate(next: 'words' | 'phrase' | 'mention', path: Path, source?: string): void {
    const separator = this.spec.separator(this.#previous, next, source)
    if (separator !== '') this.pieces.push({ is: 'fixed', text: separator, path })
    const isMarkup = separator.trim() !== '' || this.spec.markupSeparators?.includes(separator) === true
    if (separator !== '' && !isMarkup)
      this.#lose('separated', 'A space keeps a region apart from the one before it.', path)
    this.#previous = next
  }

  #group(words: string | null, regions: readonly WrittenRegion[], path: Path): void {
    const inside = words === null ? null : this.#harmlessInside(words, path)
    const lists = this.spec.isOneRegionEach === true ? regions.map((region) => [region]) : [regions]
    if (lists.length > 1) this.#lose('split-group', 'Regions of one phrase are written one by one.', path)
    for (const list of lists) {
      this.#separate(words === null ? 'mention' : 'phrase', path)
      this.pieces.push({ is: 'fixed', text: this.spec.group(inside, list, this.context), path })
    }
  }

  /** The words below a phrase; regions inside them join the phrase, which is a loss. */
  #wordsOf(nodes: readonly GroundedNode[], ids: RegionId[], parent: Path): string {
    return nodes
      .map((node, index) => {
        if (node.type === 'text' || node.type === 'raw') return node.value
        const path = [...parent, index]
        this.#lose('nested-phrase', 'A region inside the words of a phrase is written as one of the phrase.', path)
        for (const id of node.regionIds) if (!ids.includes(id)) ids.push(id)
        return node.type === 'phrase' ? this.#wordsOf(node.children, ids, path) : ''
      })
      .join('')
  }

  #written(ids: readonly RegionId[], roles: readonly RegionRole[], path: Path): readonly WrittenRegion[] {
    return ids.flatMap((id, i) => {
      const known = this.#shapes.get(id)
      if (known === undefined) {
        this.#lose('unknown-region', `Region ${id} does not exist.`, path)
        return []
      }
      const shape = spelledShapeOf(known, this.spec.kinds)
      const nearest = shape.type === 'polygon' ? `one ${shape.type}` : 'the box around it'
      if (shape !== known) this.#lose('kind', `Region ${id} is written as ${nearest}.`, path)
      if (!this.spec.kinds.includes(shape.type)) {
        this.#lose('kind', `Region ${id} is a ${shape.type}, which this dialect cannot write.`, path)
        return []
      }
      const { numbers, isClamped } = this.spec.codec.write(shape, this.context, this.context.pixels?.get(id))
      if (isClamped) this.#lose('clamped', `Region ${id} reaches outside what can be written, and is cut.`, path)
      const codes = shape.type === 'coded-mask' ? shape.codes : []
      return [{ kind: shape.type, numbers, codes, role: roles[i] ?? null }]
    })
  }

  #lose(code: string, message: string, path: Path): void {
    this.losses.push({ code: `dialect/${code}`, message, path })
  }

  #harmlessInside(words: string, path: Path): string {
    let result = words
    for (const token of this.spec.reserved) {
      const replacement = this.#mapped(token)
      while (replacement !== token && result.includes(token)) result = result.replaceAll(token, replacement)
    }
    if (result !== words) this.#lose('escaped', `Words that look like markup were changed: ${words.slice(0, 40)}`, path)
    return result
  }

  #mapped(token: string): string {
    return this.spec.harmless[token.charAt(0)] === undefined
      ? token
      : (this.spec.harmless[token.charAt(0)] ?? '') + token.slice(1)
  }

  /** Joins words between fixed pieces, since a look-alike may be spread over several nodes. */
  finish(): string {
    let output = ''
    let run: Piece[] = []
    let isFirst = true
    for (const piece of [...this.pieces, null]) {
      if (piece !== null && piece.is !== 'fixed') {
        run.push(piece)
        continue
      }
      output += this.#harmlessRun(run, piece?.text ?? '', isFirst) + (piece?.text ?? '')
      run = []
      isFirst = false
    }
    return output
  }

  /**
   * An opener is judged by what follows it, and a mark made harmless further on can turn what was harmless into
   * markup: those before it are judged again at once, and the whole until nothing changes.
   */
  #harmlessRun(run: readonly Piece[], next: string, isFirst: boolean): string {
    let words = run.map((piece) => piece.text).join('')
    for (;;) {
      const changed = this.#lookAlikes(run, words, next, isFirst)
      if (changed.length === 0) return words
      for (const { start, owner } of changed) {
        const message = `Words that look like markup were changed: ${words.slice(start, start + 40)}`
        this.#lose('escaped', message, owner.path)
      }
      const before = words
      words = this.#withHarmless(words, changed)
      if (words === before) return words
    }
  }

  /** In the order of the text. */
  #lookAlikes(run: readonly Piece[], words: string, next: string, isFirst: boolean): readonly Opener[] {
    const { openers, stopTokens } = this.spec.reader
    const whole = words + next
    let piece = 0
    let pieceEnd = run[0]?.text.length ?? 0
    // Openers inside source that is read as one raw node are not come to.
    let readTo = 0
    const kept: Opener[] = []
    const changed: Opener[] = []
    for (const match of words.matchAll(new RegExp(openers.source, openers.flags))) {
      while (match.index >= pieceEnd) pieceEnd += run[++piece]?.text.length ?? Infinity
      const owner = run[piece]
      if (owner === undefined) break
      const [text] = match
      const isSource = owner.is === 'source' && match.index + text.length <= pieceEnd
      if (isSource && (match.index < readTo || stopTokens.includes(text))) continue
      const opener: Opener = { text, start: match.index, isSource, owner }
      const end = this.#harmlessTo(opener, whole.slice(0, opener.start), whole.slice(opener.start), isFirst)
      if (end !== null) {
        readTo = Math.max(readTo, Math.min(end, pieceEnd))
        kept.push(opener)
        continue
      }
      let last = changed.push(opener) - 1
      for (let at = kept.at(-1); at !== undefined; at = kept.at(-1)) {
        while (last > 0 && (changed[last - 1]?.start ?? 0) > at.start) last--
        const between = this.#withHarmless(whole.slice(at.start, opener.start + 1), changed.slice(last), at.start)
        const source = between + whole.slice(opener.start + 1)
        if (this.#harmlessTo(at, whole.slice(0, at.start), source, isFirst) !== null) break
        kept.pop()
        changed.splice(last, 0, at)
      }
    }
    return changed
  }

  /** `words` begin at `from`; an opener before them counts for nothing. */
  #withHarmless(words: string, openers: readonly Opener[], from = 0): string {
    let output = ''
    let done = 0
    for (const { start } of openers) {
      const at = start - from
      output += words.slice(done, at) + (this.spec.harmless[words.charAt(at)] ?? words.charAt(at))
      done = at + 1
    }
    return output + words.slice(done)
  }

  /** Where the source that it is read with ends, or 0; null: it would be read as what it is not. */
  #harmlessTo({ text, start, isSource }: Opener, before: string, source: string, isFirst: boolean): number | null {
    const { reader } = this.spec
    if (reader.stopTokens.includes(text)) return null
    let readTo = 0
    for (const mode of isSource ? ([this.context.mode ?? 'strict'] as const) : (['strict', 'lenient'] as const)) {
      const { context } = this
      const read = reader.read({
        source,
        opener: text,
        before,
        isFirst,
        isEnd: true,
        isProbe: !isSource,
        mode,
        context
      })
      if (isWaiting(read)) return null
      if (isSource ? read.parts.some(({ is }) => is === 'group') : read.parts.length > 0) return null
      if (isSource && read.parts.some(({ is }) => is === 'raw')) readTo = start + read.end
    }
    return readTo
  }
}

/** Total for finite coordinates; never changes its input. */
export function printTree(spec: PrintSpec, tree: GroundedText, context: DialectContext): PrintResult {
  const printer = new Printer(spec, tree, context)
  const text = printer.finish()
  return { text, losses: printer.losses }
}
