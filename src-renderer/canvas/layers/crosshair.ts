/**
 * @file Guide lines through the pointer and the size readout beside it, as elements: moving them
 * costs no drawing.
 */
import type { ScreenPoint } from '../view'

export class Crosshair {
  private readonly vertical = document.createElement('div')
  private readonly horizontal = document.createElement('div')
  private readonly readout = document.createElement('div')

  constructor(parent: HTMLElement) {
    this.vertical.className = 'eyrie-canvas-guide eyrie-canvas-guide-vertical'
    this.horizontal.className = 'eyrie-canvas-guide eyrie-canvas-guide-horizontal'
    this.readout.className = 'eyrie-canvas-readout'
    this.readout.dataset['testid'] = 'canvas-readout'
    for (const element of [this.vertical, this.horizontal, this.readout]) {
      element.ariaHidden = 'true'
      element.hidden = true
      parent.append(element)
    }
  }

  /** `at` null hides everything; `text` null only the readout. */
  show(
    at: ScreenPoint | null,
    hasGuides: boolean,
    text: string | null,
    viewport: { width: number; height: number }
  ): void {
    this.vertical.hidden = this.horizontal.hidden = !at || !hasGuides
    this.readout.hidden = !at || text === null
    if (!at) return
    this.vertical.style.transform = `translateX(${at.x}px)`
    this.horizontal.style.transform = `translateY(${at.y}px)`
    if (text === null) return
    if (this.readout.textContent !== text) this.readout.textContent = text
    // Beside the pointer, on the side where there is room.
    const left = at.x > viewport.width - 130 ? at.x - 12 : at.x + 14
    const top = at.y > viewport.height - 40 ? at.y - 30 : at.y + 16
    const shift = at.x > viewport.width - 130 ? ' translateX(-100%)' : ''
    this.readout.style.transform = `translate(${left}px, ${top}px)${shift}`
  }

  dispose(): void {
    for (const element of [this.vertical, this.horizontal, this.readout]) element.remove()
  }
}
