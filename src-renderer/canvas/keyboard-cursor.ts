/**
 * @file Drawing without a mouse: in the drawing tools the arrow keys move the crosshair over
 * the image and Enter clicks there. With a region selected the arrows move that region instead.
 */
import { normalizedPoint } from '../../src-shared/geometry/space'
import type { NormalizedPoint } from '../../src-shared/geometry/space'
import type { CanvasEngine } from './engine'
import { clampUnit } from './region-edits'
import type { PointerSample } from './tools/tool'

export class KeyboardCursor {
  private position: NormalizedPoint | null = null
  private readonly engine: CanvasEngine

  constructor(engine: CanvasEngine) {
    this.engine = engine
  }

  /** Moves by image pixels; false when arrows mean something else now. */
  move(dxPx: number, dyPx: number): boolean {
    const { image } = this.engine.current
    if (!image || !this.isUsable) return false
    const from = this.position ?? this.engine.view.visibleCentre()
    const x = clampUnit(from[0] + dxPx / image.size.width)
    const y = clampUnit(from[1] + dyPx / image.size.height)
    this.position = normalizedPoint(x, y)
    this.engine.view.reveal([x, y, x, y])
    this.engine.move(this.sample('move', this.position))
    return true
  }

  /** False unless the arrows put the crosshair somewhere before. */
  click(): boolean {
    if (!this.position || !this.isUsable) return false
    const { position } = this
    this.engine.press(this.sample('down', position), false)
    this.engine.release(this.sample('up', position))
    return true
  }

  /** The pointer or another tool took over. */
  forget(): void {
    this.position = null
  }

  private get isUsable(): boolean {
    const { tool, selection, readOnly } = this.engine.current
    const draws = tool === 'box' || tool === 'polygon' || tool === 'point'
    return draws && !readOnly && (selection.length === 0 || this.engine.isBusy)
  }

  private sample(phase: PointerSample['phase'], position: NormalizedPoint): PointerSample {
    return { phase, position, screen: this.engine.view.screenAt(position), shift: false, alt: false, isTouch: false }
  }
}
