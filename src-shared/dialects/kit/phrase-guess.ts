/**
 * @file Which words a bracket belongs to, where a dialect marks no phrases. It is a guess, and the rule
 * is: from the bracket, go back over words (and the spaces between them) until
 *
 *   - punctuation other than an apostrophe or hyphen inside a word, a line break, another bracket or
 *     the start of the text: stop there;
 *   - a stop word ("is", "of", "there", …): stop after it;
 *   - a determiner ("the", "his", …): it is the first word of the phrase;
 *   - in Chinese, one of 是在和与有把: stop after it.
 *
 * No words: the bracket is a word itself. Spaces before the bracket belong to the phrase, so that
 * nothing of the text is lost.
 */

const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const STOP_WORDS = wordSet(
  'am is are was were be been being do does did has have had can could will would shall should may might must ' +
    'at in on of to for from with without by near into onto over under above below behind beside between inside ' +
    'outside through across along around against toward towards about like as than if and or but nor so not ' +
    'there here it i you he she we they who whom whose which that what where when why how ' +
    'see find show shows seen locate point box region area answer yes ' +
    'holding wearing carrying riding sitting standing looking walking eating using'
)
const DETERMINERS = wordSet('a an the this these those my your his her its our their each every another some any no')
const CHINESE_STOP = /^.*[是在和与有把]/su

const WORD = /[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}'’-]*[\p{L}\p{N}\p{M}])?/u
const LAST_WORD = new RegExp(`(?:^|[^\\p{L}\\p{N}\\p{M}'’-])(${WORD.source})$`, 'u')
/** Longer runs of letters are no words; also keeps the search linear. */
const LONGEST_WORD = 64

/** Where the spaces that end at `end` begin. */
function spacesStart(literal: string, end: number): number {
  let start = end
  while (start > 0 && (literal[start - 1] === ' ' || literal[start - 1] === '\t')) start--
  return start
}

/** Offset in `literal` (the text since the last bracket) where the phrase begins; its end when there is none. */
export function phraseStart(literal: string): number {
  let start = literal.length
  let end = spacesStart(literal, literal.length)
  for (;;) {
    const from = Math.max(0, end - LONGEST_WORD - 1)
    const found = LAST_WORD.exec(literal.slice(from, end))?.[1]
    if (found === undefined || (found.length > LONGEST_WORD && from > 0)) return start
    const word = found.toLowerCase()
    if (STOP_WORDS.has(word)) return start
    const chinese = CHINESE_STOP.exec(found)?.[0]
    if (chinese !== undefined) return chinese.length < found.length ? end - found.length + chinese.length : start
    start = end - found.length
    if (DETERMINERS.has(word)) return start
    end = spacesStart(literal, start)
    if (end === start) return start
  }
}
