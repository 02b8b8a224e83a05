/** @file What an answer has said: its ids, its text as far as it is certain, and whether a rule ends it. */
import type { DecodeLimit } from '../../core/ports'
import { createDetokenizer } from '../detokenizer'
import type { OpenModel } from '../open-model'
import type { PickedToken } from './pick-token'
import type { ReadRival } from './rivals'
import { createStopRule } from './stop-rules'
import type { StopLimits } from './stop-rules'

/** A token of the answer; `rivals`: what else might have stood for its digits, null where it was forced. */
export interface SaidToken extends PickedToken {
  readonly rivals: readonly ReadRival[] | null
}

export interface Saying {
  /** Without the end token. */
  readonly ids: readonly number[]
  /** `token` takes `position` of the context. Not null: it is the last. */
  say(token: SaidToken, where: { readonly position: number }): DecodeLimit | null
  /** Text held back until the end; belongs to the last token. */
  tail(): string
}

export function createSaying(
  { tokenizer, folder }: OpenModel,
  limits: StopLimits,
  /** `text` is what became certain with the token. */
  heard: (text: string, logProb: number, rivals: SaidToken['rivals']) => void
): Saying {
  /** An answer's time runs from its first word: how long the picture took is not its fault. */
  let startedAt: number | null = null
  const ids: number[] = []
  const detokenizer = createDetokenizer(tokenizer.decode)
  const shouldStop = createStopRule(limits)
  let characters = 0
  return {
    ids,
    say({ id, logProb, rivals }, { position }) {
      startedAt ??= performance.now()
      ids.push(id)
      const text = detokenizer.push(id)
      characters += text.length
      heard(text, logProb, rivals)
      return shouldStop({
        id,
        isForced: rivals === null,
        newTokens: ids.length,
        characters,
        elapsedMs: performance.now() - startedAt,
        room: folder.config.maxPositions - position
      })
    },
    tail: () => detokenizer.end()
  }
}
