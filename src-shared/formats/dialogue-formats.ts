/** @file The formats of dialogues: training data of models that talk about images. A new one is added here. */
import type { Format } from './format'
import { llavaJson } from './llava-json'
import { shikraJsonl } from './shikra-jsonl'

export const DIALOGUE_FORMATS: readonly Format[] = [shikraJsonl, llavaJson]
