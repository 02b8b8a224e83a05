/**
 * @file Constraints for the answers of one open model. What a form costs is paid once: grammar, states and
 * masks are kept for the next questions of the same form.
 */
import { findDialect } from '../../../src-shared/dialects/registry'
import type { DialectSettings } from '../../../src-shared/dialects/dialect'
import type { AnswerForm } from '../../../src-shared/prompts/answer-form'
import type { Constraint } from '../decode/constraint'
import type { ModelCard } from '../repo/config'
import { modelProblem } from '../repo/problems'
import type { ModelTokenizer } from '../tokenizer'
import { ConstraintMaker } from './constrain'
import { grammarOfForm } from './modes'
import type { Vocabulary } from './vocabulary'

/** A label list of thousands is a few megabytes with its masks. */
const KEPT_FORMS = 8

export interface HeldAnswers {
  /** One answer from its beginning. Throws `inference/cannot-constrain`, `model/bad-tokenizer`. */
  start(form: AnswerForm, settings?: DialectSettings): Constraint
}

export function createHeldAnswers(card: ModelCard, tokenizer: ModelTokenizer): HeldAnswers {
  const makers = new Map<string, ConstraintMaker>()
  let vocabulary: Vocabulary | null = null

  function makerFor(form: AnswerForm, settings?: DialectSettings): ConstraintMaker {
    const key = JSON.stringify([form, settings])
    const known = makers.get(key)
    if (known !== undefined) {
      makers.delete(key)
      makers.set(key, known)
      return known
    }
    const dialect = findDialect(card.dialect)
    if (dialect === null) {
      throw modelProblem(
        'model/bad-config',
        card.id,
        `its card names the dialect "${card.dialect}", which is not known`
      )
    }
    const { namesBoxes, none } = card
    const grammar = grammarOfForm(form, { dialect, namesBoxes, none, ...(settings === undefined ? {} : { settings }) })
    vocabulary ??= tokenizer.vocabulary()
    const made = new ConstraintMaker({ grammar, vocabulary, encode: tokenizer.encode })
    makers.set(key, made)
    for (const oldest of makers.keys()) {
      if (makers.size <= KEPT_FORMS) break
      makers.delete(oldest)
    }
    return made
  }

  return { start: (form, settings) => makerFor(form, settings).start() }
}
