/**
 * @file GLM-4.1V: patches and positions as Qwen2-VL's; the limits of its files count the pixels of both frames that a patch
 * spans. The answer stands between `<|begin_of_box|>` and `<|end_of_box|>`, whether it is a box or not.
 * Source: Glm4vImageProcessor and get_rope_index of transformers 4.57.
 */
import { THREE_GRAPHS } from '../../repo/graph-names'
import type { Family } from '../family'
import { readPatched } from '../qwen-vl'

export const glm4v: Family = {
  id: 'glm-4v',
  name: 'GLM-4.1V',
  modelTypes: ['glm4v'],
  graphs: THREE_GRAPHS,
  // Three digits of a thousandth in double brackets, as CogVLM wrote them.
  dialect: 'cogvlm',
  space: 'original',
  asks: ['Please provide the bounding box coordinates of the red circle.', 'Describe the image.'],
  cannot: ['points', 'outlines', 'video'],
  isMarkup: () => false,
  read: (files) => readPatched(files, (frames) => frames)
}
