/** @file Which language an image is labelled in. */
import type { ImageDocument, LabelRecord } from '../document/records'
import type { Language } from '../prompts/tasks/task'

const HAN = /\p{Script=Han}/u

/** Of most regions, by their labels, or their words where they have none; English when there are none at all. */
export function languageOfLabels(document: ImageDocument, labels: readonly LabelRecord[]): Language {
  const names = new Map(labels.map(({ id, name }) => [id, name]))
  const words = document.regions.map(({ labelId, phrase }) => names.get(labelId ?? '') ?? phrase ?? '')
  const han = words.filter((word) => HAN.test(word)).length
  return han * 2 > words.filter((word) => word !== '').length ? 'zh-CN' : 'en'
}
