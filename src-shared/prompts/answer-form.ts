/**
 * @file What a person may ask an answer to be, as a plain description that crosses windows and processes.
 * No form: the model answers freely. What it means in a dialect is said by `inference/grammar`.
 */
export type AnswerForm =
  /** One region or group of regions; or, in the words its card gives, that there is none. */
  | { readonly kind: 'boxes' }
  /** Words and the regions they name, at least once; or that there is none. */
  | { readonly kind: 'phrases' }
  /** One of these, letter by letter, and nothing else. A label that begins another may be all. */
  | { readonly kind: 'labels'; readonly labels: readonly string[] }
  /** A JSON text of this schema, as `json.dumps` of Python writes it. */
  | { readonly kind: 'json-schema'; readonly schema: Readonly<Record<string, unknown>> }

export type AnswerFormKind = AnswerForm['kind']
export const ANSWER_FORM_KINDS = [
  'boxes',
  'phrases',
  'labels',
  'json-schema'
] as const satisfies readonly AnswerFormKind[]

/** Letters of a schema as JSON. */
export const MAX_SCHEMA_LENGTH = 100_000

/** Of one question, the first one among them. */
export const MOST_ANSWERS = 20

/** More belong into a retrieval step before the model. */
export const MAX_LABELS = 20_000
export const MAX_LABEL_LENGTH = 512
