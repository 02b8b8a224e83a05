/** @file The grammar that a form of answer means for one model: its dialect, and how it was taught to say "none". */
import { AppError } from '../../../src-shared/errors'
import { choice, literal, optional, repeat, sequence, words } from '../../../src-shared/dialects/grammar'
import type { Grammar } from '../../../src-shared/dialects/grammar'
import type { Dialect, DialectSettings } from '../../../src-shared/dialects/dialect'
import { findDialect } from '../../../src-shared/dialects/registry'
import { grammarOfSchema } from './json-schema'
import { ANSWER_FORM_KINDS, MAX_LABELS } from '../../../src-shared/prompts/answer-form'
import type { AnswerForm, AnswerFormKind } from '../../../src-shared/prompts/answer-form'

/** What of a model's card its forms depend on. */
export interface FormHabits {
  /** Says its words before a region. Models that were taught to name what they point at guess where they are kept from it. */
  readonly namesBoxes: boolean
  /** How it says that nothing is there; `{}` stands for words. Empty: by saying nothing. */
  readonly none: readonly string[]
}

export interface FormContext extends FormHabits {
  readonly dialect: Dialect
  readonly settings?: DialectSettings
}

/** Forms that answers of a model that writes this dialect can be held to, whatever its card says. */
export function formsOf(dialectId: string): readonly AnswerFormKind[] {
  const dialect = findDialect(dialectId)
  if (dialect === null) return []
  return dialect.profile.kinds.length > 0 ? ANSWER_FORM_KINDS : ['labels', 'json-schema']
}

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
export function grammarOfForm(form: AnswerForm, context: FormContext): Grammar {
  const { dialect, settings, namesBoxes, none } = context
  const options = settings === undefined ? {} : { settings }
  const refuse = (reason: string): AppError =>
    new AppError('inference/cannot-constrain', `An answer cannot be held to this form: ${reason}.`, {
      nextStep: 'Ask without a constraint, or choose another one.',
      data: { form: form.kind, dialect: dialect.profile.id }
    })
  /** Models write a space between the name of their role and what they say; readers drop it. */
  const begun = (grammar: Grammar): Grammar => sequence(optional(literal(' ')), grammar)
  const openers = (): readonly string[] => [...new Set(forbiddenIn(dialect.grammar(options)))]
  const isMarked = dialect.profile.phraseMarks === 'explicit'
  /** Words that begin no region. */
  const plainWords = (): Grammar => words(openers())
  const group = (): Grammar => {
    if (dialect.profile.kinds.length === 0) throw refuse(`${dialect.profile.name} writes no regions`)
    return dialect.grammar({ ...options, form: 'regions' })
  }
  /** Where phrases are marked, a region brings its own words. */
  const markedPhrases = (): Grammar => {
    const answer = dialect.grammar(options)
    // Pieces in any order: one of them is a region. A list of regions is their group; other lists are held to the dialect.
    if (answer.type === 'repeat') return sequence(answer, group(), answer)
    return answer.type === 'choice' ? group() : answer
  }
  /** A text of the card. Its words hold no letter that ends them, so that it ends where the text does. */
  const noneText = (text: string): Grammar => {
    const parts = text.split('{}')
    return sequence(
      ...parts.flatMap((part, place): Grammar[] => {
        const [follows] = part
        const before = place === 0 ? [] : [words([...openers(), ...(follows === undefined ? [] : [follows])])]
        return part === '' ? before : [...before, literal(part)]
      })
    )
  }
  const orNone = (grammar: Grammar): Grammar => {
    const texts = none.filter((text) => text.trim() !== '')
    return texts.length === 0 ? optional(begun(grammar)) : begun(choice(grammar, ...texts.map(noneText)))
  }
  switch (form.kind) {
    case 'boxes':
      return orNone(namesBoxes && !isMarked ? sequence(optional(plainWords()), group()) : group())
    case 'phrases':
      if (isMarked) return orNone(markedPhrases())
      return orNone(sequence(repeat(sequence(plainWords(), group()), 1), optional(plainWords())))
    case 'json-schema':
      return begun(grammarOfSchema(form.schema))
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
