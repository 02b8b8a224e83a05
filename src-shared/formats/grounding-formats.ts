/** @file Formats of words with places: expressions, captions with phrases, relations. */
import type { Format } from './format'
import { allSeeing } from './all-seeing'
import { flickr30kEntities } from './flickr30k'
import { gritJson } from './grit'
import { mdetrJson } from './mdetr'
import { odvgDetection, odvgGrounding } from './odvg'
import { pinkJsonl } from './pink'
import { refCoco } from './refcoco'
import { visualGenome } from './visual-genome'

export const GROUNDING_FORMATS: readonly Format[] = [
  odvgDetection,
  odvgGrounding,
  refCoco,
  mdetrJson,
  flickr30kEntities,
  visualGenome,
  gritJson,
  pinkJsonl,
  allSeeing
]
