/**
 * @file What a chat template is: the markup of turns, system text and pictures that one released
 * model was trained on, as data. `render-chat.ts` puts turns into it; nothing here knows tasks or
 * regions.
 *
 *     begin  system.open TEXT system.close  user.open PICTURES TEXT user.close  assistant.open lead TEXT close  …
 *
 * Laws (chat.test.ts): a dialogue holds each mark of `reserved` exactly as often as the same dialogue
 * with empty words; `imageAt` covers exactly the markup of each picture; a longer dialogue begins with
 * the text of a shorter one.
 */

/** The beginning of a sequence; `tokenizer`: it is put there when text becomes numbers, and not written. */
export interface SequenceBegin {
  readonly token: string
  readonly by: 'text' | 'tokenizer'
}

export interface SystemMarkup {
  readonly open: string
  readonly close: string
  /** What the model was trained with; null: none, and then nothing is written. */
  readonly text: string | null
  /** `user`: within the markup of the first user turn (Llama 2). Default: before it. */
  readonly place?: 'before' | 'user'
}

export interface UserMarkup {
  readonly open: string
  /** Where the first turn opens in another way than later ones. */
  readonly first?: string
  readonly close: string
}

export interface AssistantMarkup {
  readonly open: string
  /** Between `open` and words; not written when the model is to begin, as in `ASSISTANT:`. */
  readonly lead: string
  /** After an answer that another turn follows. */
  readonly close: string
  /** After an answer that ends the sequence, for training; default `close`. */
  readonly last?: string
}

/**
 * What stands for a picture itself: a token so many times, the name of its file, or what the model's
 * own encoder wrote for it (`ChatImage.body`).
 */
export type ImageBody =
  | { readonly is: 'token'; readonly token: string; readonly copies: number }
  | { readonly is: 'name'; readonly mostBytes: number }
  | { readonly is: 'given' }

export interface ImageMarkup {
  readonly open: string
  readonly body: ImageBody
  readonly close: string
  /** Between one picture and what follows. */
  readonly after: string
  /** `turn`: within a user turn, before its words; `before-turn`: before the markup of that turn; `head`: at the beginning of the sequence; `system`: in the system text's place. */
  readonly place: 'turn' | 'before-turn' | 'head' | 'system'
  /** Words before each picture; `{n}` counts over the whole dialogue, from 1. */
  readonly label?: { readonly text: string; readonly when: 'always' | 'several' | 'asked' }
  /** Pictures of a dialogue; null: as many as one likes. */
  readonly most: number | null
}

export interface ChatTemplate {
  readonly id: string
  readonly name: string
  readonly begin: SequenceBegin | null
  readonly system: SystemMarkup | null
  readonly user: UserMarkup
  readonly assistant: AssistantMarkup
  /** `one`: a question and its answer, no dialogue. */
  readonly turns: 'many' | 'one'
  /** null: the picture goes another way than through the text. */
  readonly image: ImageMarkup | null
  /** Generation ends before any of these. */
  readonly stop: readonly string[]
  /** Marks that words must not hold. */
  readonly reserved: readonly string[]
  /** Facts that are easy to get wrong. */
  readonly notes?: readonly string[]
  /** What no public source confirms. */
  readonly unverified?: readonly string[]
  readonly source: string
}
