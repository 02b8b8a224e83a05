import type { Translate, TranslationKey } from '../../i18n/translate'

/** Codes of src-shared/formats, `tally.skip`. */
const keys: Readonly<Record<string, TranslationKey>> = {
  'answer-without-question': 'skip.answer-without-question',
  'correction-below-resolution': 'skip.correction-below-resolution',
  'correction-of-no-model': 'skip.correction-of-no-model',
  'correction-too-large': 'skip.correction-too-large',
  'correction-too-small': 'skip.correction-too-small',
  'correction-unreviewed': 'skip.correction-unreviewed',
  'correction-without-answer': 'skip.correction-without-answer',
  'image-without-dialogue': 'skip.image-without-dialogue',
  'image-without-picture': 'skip.image-without-picture',
  'image-without-size': 'skip.image-without-size',
  point: 'skip.point',
  'question-without-answer': 'skip.question-without-answer',
  'region-proposed': 'skip.region-proposed',
  'region-rejected': 'skip.region-rejected',
  'region-without-words': 'skip.region-without-words',
  'turn-empty': 'skip.turn-empty',
  'turn-failed': 'skip.turn-failed',
  'turn-partial': 'skip.turn-partial',
  'turn-with-missing-region': 'skip.turn-with-missing-region',
  'turn-with-proposed-region': 'skip.turn-with-proposed-region',
  'turn-with-rejected-region': 'skip.turn-with-rejected-region'
}

/** Why something was left out of an export; a reason without words yet is shown as its code. */
export function skipReason(t: Translate, reason: string): string {
  const key = keys[reason]
  return key ? t(key) : reason
}
