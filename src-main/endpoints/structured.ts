/**
 * @file Answers of servers held to a form. Each kind of server takes it in its own fields; which kind it is, its list of
 * models says (`owned_by`). What was used is said with the answer, and the answer is looked at: a server that passes a
 * field over in silence is found out.
 *
 * Sources: vLLM "Structured Outputs" (`structured_outputs`, before 0.11 `guided_*`; unknown fields are ignored), SGLang
 * "Structured Outputs" (`regex`), llama.cpp server README (`grammar`), Ollama and LM Studio (`response_format`), OpenAI
 * "Structured model outputs".
 */
import { z } from 'zod'
import { AppError } from '../../src-shared/errors'
import type { Dialect, DialectSettings } from '../../src-shared/dialects/dialect'
import { choice, isInGrammar, literal } from '../../src-shared/dialects/grammar'
import type { Grammar } from '../../src-shared/dialects/grammar'
import { gbnfGrammar, regularExpression } from '../../src-shared/dialects/grammar-text'
import type { AnswerForm } from '../../src-shared/prompts/answer-form'
import { grammarOfForm } from '../inference/grammar/modes'

// No code made from strings (J8).
z.config({ jitless: true })

export type ServerKind = 'vLLM' | 'SGLang' | 'llama.cpp' | 'Ollama' | 'LM Studio' | 'unknown'

const OWNERS: Readonly<Record<string, ServerKind>> = {
  vllm: 'vLLM',
  sglang: 'SGLang',
  llamacpp: 'llama.cpp',
  library: 'Ollama',
  organization_owner: 'LM Studio'
}

/** `owners`: `owned_by` of its models. */
export const serverKind = (owners: readonly string[]): ServerKind =>
  owners.map((owner) => OWNERS[owner]).find((kind) => kind !== undefined) ?? 'unknown'

export interface Held {
  /** Of the body of the question. */
  readonly fields: Readonly<Record<string, unknown>>
  /** What was used. */
  readonly by: string
  /** The answer itself, out of what came; null: it is not of the form. */
  read(text: string): string | null
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // Not JSON is an answer that was not held.
    return undefined
  }
}

const asSchema = (schema: object): Readonly<Record<string, unknown>> => ({
  response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } }
})

function holdToSchema(schema: Readonly<Record<string, unknown>>): Held {
  let judge: z.ZodType | null = null
  try {
    judge = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
  } catch {
    // A keyword that is not known here: that it is JSON is all that can be checked.
    judge = null
  }
  return {
    fields: asSchema(schema),
    by: 'response_format',
    read(text) {
      const value = parsed(text)
      return value === undefined || judge?.safeParse(value).success === false ? null : text
    }
  }
}

/** Servers that know JSON schemas only: the label is the one value of an object. */
const holdByObject = (labels: readonly string[]): Held => ({
  fields: asSchema({
    type: 'object',
    properties: { label: { type: 'string', enum: labels } },
    required: ['label'],
    additionalProperties: false
  }),
  by: 'response_format',
  read(text) {
    const value = parsed(text)
    const label = typeof value === 'object' && value !== null ? (value as { label?: unknown }).label : undefined
    return typeof label === 'string' && labels.includes(label) ? label : null
  }
})

function holdToGrammar(grammar: Grammar, kind: ServerKind, choices: readonly string[] | null): Held | null {
  const read = (text: string): string | null => (isInGrammar(grammar, text) ? text : null)
  switch (kind) {
    case 'vLLM':
      return choices === null
        ? {
            fields: {
              structured_outputs: { regex: regularExpression(grammar) },
              guided_regex: regularExpression(grammar)
            },
            by: 'structured_outputs.regex',
            read
          }
        : {
            fields: { structured_outputs: { choice: choices }, guided_choice: choices },
            by: 'structured_outputs.choice',
            read
          }
    case 'SGLang':
      return { fields: { regex: regularExpression(grammar) }, by: 'regex', read }
    case 'llama.cpp':
      return { fields: { grammar: gbnfGrammar(grammar) }, by: 'grammar', read }
    default:
      return null
  }
}

/** Throws `inference/cannot-constrain`. */
export function holdTo(
  form: AnswerForm,
  kind: ServerKind,
  { host, dialect, settings }: { readonly host: string; readonly dialect: Dialect; readonly settings?: DialectSettings }
): Held {
  if (form.kind === 'json-schema') return holdToSchema(form.schema)
  if (form.kind === 'labels') {
    const labels = [...new Set(form.labels.filter((label) => label.trim() !== ''))]
    const grammar = choice(...labels.map(literal))
    return holdToGrammar(grammar, kind, labels) ?? holdByObject(labels)
  }
  // Of a model that is not known: it may name what it points at, and it says in its own way, by nothing, that nothing is there.
  const context = { dialect, namesBoxes: true, none: [], ...(settings === undefined ? {} : { settings }) }
  const held = holdToGrammar(grammarOfForm(form, context), kind, null)
  if (held !== null) return held
  const what =
    kind === 'unknown' ? 'does not say what kind of server it is' : `is ${kind}, which takes JSON schemas only`
  throw new AppError('inference/cannot-constrain', `An answer cannot be held to "${form.kind}": ${host} ${what}.`, {
    nextStep:
      'Ask without a constraint, or for labels or a JSON schema; vLLM, SGLang and llama.cpp can be held to boxes.',
    data: { form: form.kind, host }
  })
}
