/**
 * @file A tokenizer that drops special tokens leaves `car[[75, 658, 250, 871]]` of a tagged region. The
 * lenient reader takes such lists of boxes; the words right before are the phrase, whose extent is a guess.
 */
import { phraseStart } from './phrase-guess'
import { readTuple } from './group'
import { WAIT, asRaw, asWords } from './item-stream'
import type { ItemReader, ItemSource, Reading, RegionReading, Waiting } from './item-stream'
import type { IssueCode } from './issues'
import type { GroupForm } from './tagged'

const OPENER = '[['
/** From the opener to the bracket that ends the list. */
const LIST = /\[\[[\d\s.,+-]*\](?:[\d\s.,+-]*\[[\d\s.,+-]*\])*\s*\]/y
/** What a list may hold, up to where the next one opens. */
const CHARACTERS = /(?:\[(?!\[)|[\d\s.,\]+-])*/y

export function withStrippedLists(inner: ItemReader, form: GroupForm): ItemReader {
  function readList(item: ItemSource): Reading | Waiting {
    const { source, isEnd, mode, context, before } = item
    // The whole run: its tail would be an opener again, for every bracket of it.
    if (mode === 'strict') return asWords(item.opener.length)
    const run = source.length - source.replace(/^\[+/, '').length
    if (run === source.length && !isEnd) return WAIT
    if (run !== OPENER.length) return asWords(run)
    CHARACTERS.lastIndex = run
    CHARACTERS.test(source)
    const charactersEnd = CHARACTERS.lastIndex
    const body = source.slice(0, charactersEnd)
    LIST.lastIndex = 0
    const isWhole = LIST.test(body)
    if (!isWhole && charactersEnd === source.length && !isEnd) return WAIT
    const end = isWhole ? LIST.lastIndex : charactersEnd
    const isCut = !isWhole && charactersEnd === source.length
    const kept = isWhole ? body.slice(0, end) : body.slice(0, isCut ? (form.finished?.(body) ?? 0) : 0)
    const tuples = form.tuples(kept)
    const issues = new Set<IssueCode>(['stripped-tags'])
    if (isCut) issues.add(form.isComplete(body) ? 'missing-bracket' : 'truncated')
    const regions: RegionReading[] = []
    for (const tuple of tuples) {
      const read = readTuple(tuple, form.rule, mode, context)
      for (const code of read.issues) issues.add(code)
      if (read.shape === null) continue
      regions.push({ shape: read.shape })
      for (const code of form.check?.(read.shape, context) ?? []) issues.add(code)
    }
    const isList = kept !== '' && regions.length === tuples.length && regions.length > 0
    if (!isList && isCut && /\d\s*,\s*\d/.test(body)) return asRaw(end, 'truncated')
    if (!isList) return asWords(run, /\d/.test(body.slice(0, end)) ? [{ code: 'look-alike', start: 0, end }] : [])
    const start = phraseStart(before) - before.length
    const words = start === 0 ? null : { start, end: 0 }
    return {
      end,
      parts: [{ is: 'group', start, end, words, regions }],
      issues: [...issues].map((code) => ({ code, start: 0, end }))
    }
  }
  return {
    ...inner,
    openers: new RegExp(`${inner.openers.source}|\\[\\[+`, 'g'),
    read: (item) => (item.opener.startsWith(OPENER) ? readList(item) : inner.read(item))
  }
}
