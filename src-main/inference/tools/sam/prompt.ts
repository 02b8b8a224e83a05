/** @file Points and boxes as the decoders of SAM and SAM 2 take them: pixels of what they are shown. */
import type { ImageSize } from '../../../../src-shared/geometry/space'
import type { MaskPrompt } from '../../../../src-shared/prompts/mask-prompt'

export interface PromptArrays {
  /** float32 `[points, 2]`, x and y. */
  readonly points: Float32Array
  /** `[points]`: 1 inside the object, 0 outside. */
  readonly labels: BigInt64Array
  /** float32 `[boxes, 4]`: left, top, right, bottom; no or one box. */
  readonly boxes: Float32Array
}

/** `shown` is the size of the picture on the canvas, whose top left corner it has. */
export function promptArrays({ points, box }: MaskPrompt, { width, height }: ImageSize): PromptArrays {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = box ?? []
  return {
    points: Float32Array.from(points.flatMap(({ point: [x, y] }) => [x * width, y * height])),
    labels: BigInt64Array.from(points, ({ isInside }) => (isInside ? 1n : 0n)),
    boxes: box === null ? new Float32Array(0) : Float32Array.of(x0 * width, y0 * height, x1 * width, y1 * height)
  }
}
