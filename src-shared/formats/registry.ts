/** @file Every export format the app knows. */
import type { Format, FormatId } from './format'
import { cocoJson } from './coco'
import { labelmeJson } from './labelme'
import { llavaJson } from './llava-json'
import { odvgDetection, odvgGrounding } from './odvg'
import { shikraJsonl } from './shikra-jsonl'
import { xAnyLabelingJson } from './x-anylabeling'

export const FORMATS: readonly Format[] = [
  shikraJsonl,
  llavaJson,
  cocoJson,
  labelmeJson,
  xAnyLabelingJson,
  odvgDetection,
  odvgGrounding
]

export const findFormat = (id: FormatId): Format | null => FORMATS.find(({ info }) => info.id === id) ?? null
