/**
 * @file A tokenizer that drops special tokens leaves `her dog(219,424),(576,896)` of a tagged box. The
 * lenient reader takes two pairs in a row for a box; the words right before are the phrase, whose
 * extent is a guess. One pair alone, or a list of single numbers, is words, and so are pairs that the
 * text is cut in.
 */
import { readTuple } from './group'
import { WAIT, asWords } from './item-stream'
import type { ItemReader, ItemSource, Reading, RegionReading, Waiting } from './item-stream'
import type { IssueCode } from './issues'
import { phraseStart } from './phrase-guess'
import type { GroupForm } from './tagged'
import { textEnd } from './text-end'

const OPENER = '('
/** Two pairs with a space at every joint. */
const LONGEST_CUT = 64
const PAIRS = /\(\s*(\d{1,5})\s*,\s*(\d{1,5})\s*\)\s*,\s*\(\s*(\d{1,5})\s*,\s*(\d{1,5})\s*\)/y
/** What lists of pairs are made of. */
const CHARACTERS = /[\d(),\s]*/y
/** A whole pair and more, which the text ends in. */
const CUT = /^\(\s*\d{1,5}\s*,\s*\d{1,5}\s*\)\s*,\s*\([\d,\s]*$/
/** A third pair: not a box, and nobody knows what. */
const GOES_ON = /\s*,\s*\(/y

export function withStrippedPairs(inner: ItemReader, form: GroupForm): ItemReader {
  const isCutAt = textEnd(inner.stopTokens)

  function readBox(
    { source, mode, context, isProbe }: ItemSource,
    at: number,
    issues: Set<IssueCode>
  ): { readonly end: number; readonly region: RegionReading } | null {
    PAIRS.lastIndex = at
    const match = PAIRS.exec(source)
    const end = PAIRS.lastIndex
    GOES_ON.lastIndex = end
    // The closing mark belongs to a box whose opening one stood in the prompt; a probe does not rely on what follows.
    const isElse = isProbe !== true && (GOES_ON.test(source) || source.startsWith(form.close, end))
    if (match === null || isElse) return null
    const numbers = match.slice(1).map(Number)
    const hasWhitespace = /\s/.test(match[0])
    const read = readTuple({ numbers, isOfficial: !hasWhitespace, hasWhitespace }, form.rule, mode, context)
    for (const code of read.issues) issues.add(code)
    return read.shape === null ? null : { end, region: { shape: read.shape } }
  }

  function readPairs(item: ItemSource): Reading | Waiting {
    const { source, mode, isEnd, isProbe, before } = item
    if (mode === 'strict') return asWords(OPENER.length)
    const issues = new Set<IssueCode>(['stripped-tags'])
    const regions: RegionReading[] = []
    // A probe is asked at every opener, so it must not look at all that follows.
    CHARACTERS.lastIndex = 0
    if (isProbe !== true) CHARACTERS.test(source)
    const stop = isProbe === true ? OPENER.length : CHARACTERS.lastIndex
    const isOpen = source.length - stop < form.close.length && form.close.startsWith(source.slice(stop))
    const isLast = isCutAt(source, stop, isEnd)
    if ((isOpen && !isEnd) || isLast === null) return WAIT
    let end = 0
    for (;;) {
      const box = readBox(item, end, issues)
      if (box === null) break
      regions.push(box.region)
      end = box.end
      if (source[end] !== OPENER || isProbe === true) break
    }
    // The rest of a list that is no box must not be one by itself.
    if (regions.length === 0) {
      if (source.startsWith(form.close, stop)) return asWords(OPENER.length)
      const isCut = isLast && isProbe !== true && stop <= LONGEST_CUT && CUT.test(source.slice(0, stop))
      return asWords(stop, isCut ? [{ code: 'truncated', start: 0, end: stop }] : [])
    }
    const from = phraseStart(before)
    const start = from - before.length
    const phrase = before.slice(from)
    return {
      end,
      parts: [
        {
          is: 'group',
          start,
          end,
          words: start === 0 ? null : { start, end: phrase.trimEnd().length - phrase.length },
          regions
        }
      ],
      issues: [...issues].map((code) => ({ code, start: 0, end }))
    }
  }

  return {
    ...inner,
    openers: new RegExp(`${inner.openers.source}|\\((?=\\d)`, 'g'),
    read: (item) => (item.opener === OPENER ? readPairs(item) : inner.read(item))
  }
}
