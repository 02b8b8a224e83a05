/** @file Where transformers.js 4.3.1 differs from us and from the reference, and why. An entry that explains nothing fails. */
import { told } from '../decode/rows'
import type { Row } from '../lib/row'

export const UNRESIZED = 'pixels where nothing is resized'

const RESIZE =
  'It resizes by an affine map of libvips: a filter that does not widen when a picture shrinks, corners on corners, black beyond the edge. Python resizes with Pillow, as we do'
const SQUARES =
  'It cuts and shrinks squares by ONNX Runtime (interpolate_4d), after the map above; Python does each with Pillow on 8 bits'
const PADDING = 'It does not know the padding to a square that this model was trained with, besides its way of resizing'
const CLASS_TOKEN =
  'It puts one image token too many: the class token, which "default" leaves out of the features, is not taken off, and its own generate refuses such a prompt'
const SOFTMAX =
  'It takes these scores as a softmax with "nothing" as last class; the model was taught one sigmoid for each class'

const LABELS =
  'It keeps a box once for every label above the threshold; transformers keeps the best label of a box, as we do'

const EXPLAINED: Readonly<Record<string, string>> = {
  'llava: pixels': RESIZE,
  'paligemma: pixels': RESIZE,
  'paligemma2: pixels': RESIZE,
  'florence-2: pixels': RESIZE,
  'moondream: pixels': RESIZE,
  'llava-onevision: pixels': RESIZE,
  'qwen2-vl: pixels': RESIZE,
  'qwen2.5-vl: pixels': RESIZE,
  'qwen3-vl: pixels': RESIZE,
  'rt-detr: pixels': RESIZE,
  'd-fine: pixels': RESIZE,
  'yolos: pixels': RESIZE,
  'sam: pixels': RESIZE,
  'sam2: pixels': RESIZE,
  'grounding-dino: pixels': RESIZE,
  'owlvit: pixels': RESIZE,
  'owlv2: pixels':
    'It squashes the picture; the model was shown it in the upper left of a grey square, blurred as it shrinks, as we do',
  'grounding-dino: boxes':
    'It ends with an error where a box has no word above the threshold of words; transformers gives such a box no words, as we do',
  'sam2: masks':
    'It enlarges a mask to the square first, and from there to the picture, as for SAM; transformers goes in one step, as we do',
  'owlvit: boxes': LABELS,
  'owlv2: boxes': `Its boxes are fractions of the grey square, which it takes as fractions of the picture. ${LABELS}`,
  'idefics3: pixels': SQUARES,
  'smolvlm: pixels': SQUARES,
  'rt-detr: boxes': SOFTMAX,
  'd-fine: boxes': SOFTMAX,
  'shikra: pixels': PADDING,
  'shikra: prompt': CLASS_TOKEN,
  'llava: prompt': CLASS_TOKEN,
  'florence-2: prompt':
    "It takes the words of a task from preprocessor_config.json, where only the model's first publisher wrote them; transformers has them in its code"
}

/** One row: `difference` is null where both are the same. */
export function judged(family: string, what: string, must: string, same: string, difference: string | null): Row {
  const name = `${family}: ${what}`
  const reason = EXPLAINED[name]
  if (difference === null)
    return told(name, must, reason === undefined, reason === undefined ? same : `${same}, though listed as different`)
  return told(
    name,
    must,
    reason === undefined ? false : null,
    reason === undefined ? `DIFFERS: ${difference}` : `differs (${difference}). ${reason}`
  )
}

/** `worst` is in steps of 255, NaN for shapes that differ. Floats may part in the last digit. */
export const pixelRow = (family: string, what: string, worst: number, more = ''): Row =>
  judged(
    family,
    what,
    "≤ 1 step of 255 from its processor's",
    `${worst.toFixed(2)} steps`,
    worst <= 1.001 ? null : Number.isNaN(worst) ? 'other shapes' : `${worst.toFixed(0)} steps of 255 from ours${more}`
  )
