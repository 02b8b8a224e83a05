/** @file Every export format the app knows. */
import type { Format, FormatId } from './format'
import { cocoJson } from './coco'
import { cocoCaptions } from './coco/captions'
import { csvBoxes } from './csv'
import { cvatXml } from './cvat'
import { DIALOGUE_FORMATS } from './dialogue-formats'
import { labelStudioJson } from './label-studio'
import { GROUNDING_FORMATS } from './grounding-formats'
import { labelmeJson } from './labelme'
import { gritParquet, parquetRegions } from './parquet'
import { pascalVoc } from './pascal-voc'
import { viaJson } from './via'
import { xAnyLabelingJson } from './x-anylabeling'
import { webDataset } from './webdataset'
import { YOLO_FORMATS } from './yolo'

export const FORMATS: readonly Format[] = [
  ...DIALOGUE_FORMATS,
  cocoJson,
  cocoCaptions,
  pascalVoc,
  ...YOLO_FORMATS,
  csvBoxes,
  parquetRegions,
  gritParquet,
  labelmeJson,
  xAnyLabelingJson,
  ...GROUNDING_FORMATS,
  labelStudioJson,
  cvatXml,
  viaJson,
  webDataset
]

export const findFormat = (id: FormatId): Format | null => FORMATS.find(({ info }) => info.id === id) ?? null
