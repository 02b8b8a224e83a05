/**
 * @file What a person may ask an answer to be, as a plain description that crosses processes, and
 * the grammar it means in a dialect.
 */
import { AppError } from '../../../src-shared/errors'
import { choice, literal, optional, repeat, sequence, words } from '../../../src-shared/dialects/grammar'
import type { Grammar } from '../../../src-shared/dialects/grammar'
import type { Dialect, DialectSettings } from '../../../src-shared/dialects/dialect'

export type AnswerForm =
  /** Anything that the dialect reads. */
  | { readonly kind: 'answer' }
  /**
   * One region or group of regions; or one of `instead`, so that "none" can be said. `named`: the
   * model may say its words in front. Models that were taught to name what they point at guess
   * where they are kept from it. `instead` as `words`: its words alone, without a region.
   */
  | { readonly kind: 'boxes'; readonly named?: boolean; readonly instead?: readonly string[] | 'words' }
  /** Words and the regions they name, at least once; or one of `instead`. */
  | { readonly kind: 'phrases'; readonly instead?: readonly string[] | 'words' }
  /** One of these, letter by letter; a label that begins another may be all. */
  | { readonly kind: 'labels'; readonly labels: readonly string[] }

/** Bounds the automaton; more belong into a retrieval step before the model. */
const MAX_LABELS = 20_000

function forbiddenIn(grammar: Grammar): readonly string[] {
  switch (grammar.type) {
    case 'words':
      return grammar.without
    case 'sequence':
      return grammar.parts.flatMap(forbiddenIn)
    case 'choice':
      return grammar.options.flatMap(forbiddenIn)
    case 'repeat':
      return forbiddenIn(grammar.body)
    default:
      return []
  }
}

/** Throws `inference/cannot-constrain` for a form that the dialect cannot be held to. */
export function grammarOfForm(form: AnswerForm, dialect: Dialect, settings?: DialectSettings): Grammar {
  const options = settings === undefined ? {} : { settings }
  const refuse = (reason: string): AppError =>
    new AppError('inference/cannot-constrain', `An answer cannot be held to this form: ${reason}.`, {
      nextStep: 'Ask without a constraint, or choose another one.',
      data: { form: form.kind, dialect: dialect.profile.id }
    })
  /** Models write a space between the name of their role and what they say; readers drop it. */
  const begun = (grammar: Grammar): Grammar => sequence(optional(literal(' ')), grammar)
  const orInstead = (grammar: Grammar, instead: readonly string[] | 'words' = []): Grammar =>
    instead === 'words'
      ? begun(choice(grammar, plainWords()))
      : begun(choice(grammar, ...instead.filter((text) => text.trim() !== '').map(literal)))
  /** Words that begin no region. */
  const plainWords = (): Grammar => {
    if (dialect.profile.phraseMarks !== 'none') {
      throw refuse(`${dialect.profile.name} marks phrases in its own way; "answer" holds it to that`)
    }
    return words([...new Set(forbiddenIn(dialect.grammar(options)))])
  }
  switch (form.kind) {
    case 'answer':
      return dialect.grammar(options)
    case 'boxes': {
      const group = dialect.grammar({ ...options, form: 'regions' })
      return orInstead(form.named === true ? sequence(optional(plainWords()), group) : group, form.instead)
    }
    case 'phrases': {
      const phrase = sequence(plainWords(), dialect.grammar({ ...options, form: 'regions' }))
      return orInstead(sequence(repeat(phrase, 1), optional(plainWords())), form.instead)
    }
    case 'labels': {
      const labels = [...new Set(form.labels.filter((label) => label.trim() !== ''))]
      if (labels.length === 0) throw refuse('there is no label')
      if (labels.length > MAX_LABELS) throw refuse(`${labels.length} labels are more than ${MAX_LABELS}`)
      return begun(prefixTree(labels))
    }
  }
}

/** Equal beginnings once, so that a long list costs what its letters do. */
function prefixTree(labels: readonly string[]): Grammar {
  const sorted = [...labels].sort()
  const branch = (from: number, to: number, depth: number): Grammar => {
    const first = sorted[from] ?? ''
    const last = sorted[to - 1] ?? ''
    let shared = depth
    while (shared < first.length && first[shared] === last[shared]) shared++
    // A letter of two code units is not cut.
    const code = first.charCodeAt(shared - 1)
    if (shared > depth && code >= 0xd800 && code <= 0xdbff) shared--
    const head = first.slice(depth, shared)
    const ends = first.length === shared
    const options: Grammar[] = []
    for (let start = ends ? from + 1 : from; start < to;) {
      const letter = letterAt(sorted[start] ?? '', shared)
      let stop = start + 1
      while (stop < to && letterAt(sorted[stop] ?? '', shared) === letter) stop++
      options.push(stop - start === 1 ? literal((sorted[start] ?? '').slice(shared)) : branch(start, stop, shared))
      start = stop
    }
    if (options.length === 0) return literal(head)
    const rest = choice(...options)
    return sequence(head, ends ? optional(rest) : rest)
  }
  return branch(0, sorted.length, 0)
}

const letterAt = (text: string, index: number): string => String.fromCodePoint(text.codePointAt(index) ?? 0)
