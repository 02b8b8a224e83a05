/** @file The formats of dialogues: training data of models that talk about images. A new one is added here. */
import { captionsJsonl } from './captions'
import { correctionsLlamaFactory, correctionsMsSwift } from './corrections'
import { ferretJson } from './ferret-json'
import type { Format } from './format'
import { gpt4roiJson } from './gpt4roi'
import { interleavedJsonl } from './interleaved'
import { llamaFactory } from './llama-factory'
import { llavaJson } from './llava-json'
import { msSwift } from './ms-swift'
import { openaiJsonl } from './openai-jsonl'
import { prefixSuffix } from './prefix-suffix'
import { qwen2VlJson } from './qwen2-vl-json'
import { qwenVlJson } from './qwen-vl-json'
import { scienceQa } from './science-qa'
import { shikraJsonl } from './shikra-jsonl'

export const DIALOGUE_FORMATS: readonly Format[] = [
  shikraJsonl,
  llavaJson,
  qwenVlJson,
  qwen2VlJson,
  msSwift,
  llamaFactory,
  openaiJsonl,
  ferretJson,
  gpt4roiJson,
  scienceQa,
  prefixSuffix,
  captionsJsonl,
  interleavedJsonl,
  correctionsMsSwift,
  correctionsLlamaFactory
]
