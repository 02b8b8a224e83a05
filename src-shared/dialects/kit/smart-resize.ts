/**
 * @file The size to which the Qwen family brings a picture before it sees it. Source: QwenLM/Qwen3-VL
 * qwen-vl-utils/src/qwen_vl_utils/vision_process.py, `smart_resize`; limits of
 * qwen-vl-finetune/tools/process_bbox.ipynb.
 */
import type { ImageSize } from '../../geometry/space'
import { roundTiesToEven } from '../../geometry/round'

export interface SmartResizeLimits {
  /** Both sides are multiples of it. */
  readonly factor: number
  /** Areas in pixels. */
  readonly minPx: number
  readonly maxPx: number
}

export const QWEN25_LIMITS: SmartResizeLimits = { factor: 28, minPx: 56 * 56, maxPx: 14 * 14 * 4 * 1_280 }

/**
 * Sides are rounded half to even, as Python does: 70 with factor 28 is 56, not 84. A side that rounds
 * to nothing makes the area nothing, and the picture grows. The source refuses a picture longer than 200
 * times its width; this gives its sides a factor at least, so that a size always comes out.
 */
export function smartResize({ width, height }: ImageSize, { factor, minPx, maxPx }: SmartResizeLimits): ImageSize {
  const toFactor = (round: (value: number) => number, side: number): number => round(side / factor) * factor
  const nearest = { width: toFactor(roundTiesToEven, width), height: toFactor(roundTiesToEven, height) }
  const area = nearest.width * nearest.height
  if (area > maxPx) {
    const shrink = Math.sqrt((width * height) / maxPx)
    return {
      width: Math.max(factor, toFactor(Math.floor, width / shrink)),
      height: Math.max(factor, toFactor(Math.floor, height / shrink))
    }
  }
  if (area >= minPx) return nearest
  const grow = Math.sqrt(minPx / (width * height))
  return { width: toFactor(Math.ceil, width * grow), height: toFactor(Math.ceil, height * grow) }
}
