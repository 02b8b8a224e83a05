/** @file What an answer has said: its ids, its text as far as it is certain, and whether a rule ends it. */
import type { DecodeLimit } from '../../core/ports'
import { createDetokenizer } from '../detokenizer'
import type { OpenModel } from '../open-model'
import type { PickedToken } from './pick-token'
import { createStopRule } from './stop-rules'
import type { StopLimits } from './stop-rules'

export interface Saying {
  /** Without the end token. */
  readonly ids: readonly number[]
  /** `token` takes `position` of the context. Not null: it is the last. */
  say(token: PickedToken, where: { readonly position: number; readonly isForced: boolean }): DecodeLimit | null
  /** Text held back until the end; belongs to the last token. */
  tail(): string
}

export function createSaying(
  { tokenizer, folder }: OpenModel,
  limits: StopLimits,
  /** `text` is what became certain with the token. */
  heard: (text: string, logProb: number) => void
): Saying {
  const started = performance.now()
  const ids: number[] = []
  const detokenizer = createDetokenizer(tokenizer.decode)
  const shouldStop = createStopRule(limits)
  let characters = 0
  return {
    ids,
    say({ id, logProb }, { position, isForced }) {
      ids.push(id)
      const text = detokenizer.push(id)
      characters += text.length
      heard(text, logProb)
      return shouldStop({
        id,
        isForced,
        newTokens: ids.length,
        characters,
        elapsedMs: performance.now() - started,
        room: folder.config.maxPositions - position
      })
    },
    tail: () => detokenizer.end()
  }
}
