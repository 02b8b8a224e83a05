import type { ExportRefusal } from '../../../src-shared/formats/round-trip/refusal'
import type { Translate, TranslationKey } from '../../i18n/translate'

const SHAPES = ['box', 'point', 'quad', 'polygon', 'polyline', 'multipolygon', 'mask', 'keypoints'] as const
export type ShapeName = (typeof SHAPES)[number]

/** Codes of src-shared/formats, `tally.skip`, and of what a format never holds. */
const keys: Readonly<Record<string, TranslationKey>> = {
  'answer-without-question': 'skip.answer-without-question',
  caption: 'skip.caption',
  'caption-empty': 'skip.caption-empty',
  'caption-with-mention': 'skip.caption-with-mention',
  'caption-without-region': 'skip.caption-without-region',
  'correction-below-resolution': 'skip.correction-below-resolution',
  'correction-none': 'skip.correction-none',
  'correction-of-no-model': 'skip.correction-of-no-model',
  'correction-too-large': 'skip.correction-too-large',
  'correction-too-small': 'skip.correction-too-small',
  'correction-unreviewed': 'skip.correction-unreviewed',
  'correction-without-answer': 'skip.correction-without-answer',
  dialogue: 'skip.dialogue',
  'dialogue-empty': 'skip.dialogue-empty',
  'image-name-taken': 'skip.image-name-taken',
  'image-without-content': 'skip.image-without-content',
  'image-without-dialogue': 'skip.image-without-dialogue',
  'image-without-picture': 'skip.image-without-picture',
  'image-without-size': 'skip.image-without-size',
  'keypoints-unlabelled': 'skip.keypoints-unlabelled',
  'label-not-in-xml': 'skip.label-not-in-xml',
  'mask-damaged': 'skip.mask-damaged',
  'mask-empty': 'skip.mask-empty',
  'question-with-open-region': 'skip.question-with-open-region',
  'question-without-answer': 'skip.question-without-answer',
  'region-proposed': 'skip.region-proposed',
  'region-rejected': 'skip.region-rejected',
  'region-without-area': 'skip.region-without-area',
  'region-without-label': 'skip.region-without-label',
  'region-without-words': 'skip.region-without-words',
  'phrase-extent': 'skip.phrase-extent',
  relation: 'skip.relation',
  'relation-without-region': 'skip.relation-without-region',
  'turn-empty': 'skip.turn-empty',
  'turn-failed': 'skip.turn-failed',
  'turn-partial': 'skip.turn-partial',
  'turn-with-missing-region': 'skip.turn-with-missing-region',
  'turn-with-proposed-region': 'skip.turn-with-proposed-region',
  'turn-with-rejected-region': 'skip.turn-with-rejected-region'
}

/** A kind of shape that the format has no place for, as `polygon` or `region-polygon`. */
function shapeOf(reason: string): ShapeName | null {
  const name = reason.replace(/^region-/, '')
  return SHAPES.find((shape) => shape === name) ?? null
}

/** A kind of shape in words, for one of it. */
export const shapeName = (t: Translate, kind: ShapeName): string => t(`shape.kind.${kind}`)

/** Why something was left out of an export; a reason without words yet is shown as its code. */
export function skipReason(t: Translate, reason: string): string {
  const key = keys[reason]
  if (key) return t(key)
  const shape = shapeOf(reason)
  return shape === null ? reason : t(`skip.shape.${shape}`)
}

/** Codes of src-shared/formats/round-trip. */
const differences: Readonly<Record<string, TranslationKey>> = {
  'round-trip/image-missing': 'difference.image-missing',
  'round-trip/region-missing': 'difference.region-missing',
  'round-trip/region-extra': 'difference.region-extra',
  'round-trip/dialogue-count': 'difference.dialogue-count',
  'round-trip/turn-count': 'difference.turn-count',
  'round-trip/relation-count': 'difference.relation-count',
  'round-trip/relation': 'difference.relation',
  'round-trip/role': 'difference.role',
  'round-trip/words': 'difference.words',
  'round-trip/grounding': 'difference.grounding',
  'round-trip/phrase': 'difference.phrase',
  'round-trip/attributes': 'difference.attributes',
  'round-trip/class-order': 'difference.class-order',
  'round-trip/confidence': 'difference.confidence',
  'round-trip/done': 'difference.done',
  'round-trip/image-extra': 'difference.image-extra',
  'round-trip/label': 'difference.label',
  'round-trip/region-not-counted': 'difference.region-not-counted',
  'round-trip/size': 'difference.size',
  'round-trip/state': 'difference.state'
}

/** What differs between what was written and what came back. */
export function differenceName(t: Translate, code: string): string {
  const key = differences[code]
  if (key) return t(key)
  return code.startsWith('import/') ? t('difference.unread') : code
}

const NAMES = /^round-trip\/(label|class-order)$/
const WORDS = /^round-trip\/(phrase|words|attributes|relation)$/
const PLACES = /^round-trip\/(region-|grounding|size)/

/** What a person can do about a failed check, the nearest thing first. */
export function whatToDo({ silent }: Pick<ExportRefusal, 'silent'>): readonly TranslationKey[] {
  const codes = Object.keys(silent)
  const some = (pattern: RegExp): boolean => codes.some((code) => pattern.test(code))
  return [
    ...(some(NAMES) ? (['certificate.todo.names'] as const) : []),
    ...(some(WORDS) ? (['certificate.todo.words'] as const) : []),
    ...(some(PLACES) ? (['certificate.todo.places'] as const) : []),
    'certificate.todo.other',
    'certificate.todo.report'
  ]
}
