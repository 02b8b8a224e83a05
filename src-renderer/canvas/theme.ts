/**
 * @file Colours of the canvas that do not belong to a label. They are CSS custom properties, read
 * once per theme change; canvas.css holds their defaults.
 */
export interface CanvasTheme {
  readonly background: string
  readonly checker: string
  /** `#rrggbb`. */
  readonly proposal: string
  /** Thin dark edge that makes every stroke readable on any picture. */
  readonly halo: string
  readonly handleFill: string
  readonly handleStroke: string
  readonly marquee: string
  readonly highlight: string
  readonly fontFamily: string
}

export const readTheme = (element: HTMLElement): CanvasTheme => {
  const style = getComputedStyle(element)
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  return {
    background: colour('--eyrie-canvas-background'),
    checker: colour('--eyrie-canvas-checker'),
    proposal: asHex(colour('--eyrie-canvas-proposal')),
    halo: colour('--eyrie-canvas-halo'),
    handleFill: colour('--eyrie-canvas-handle-fill'),
    handleStroke: colour('--eyrie-canvas-handle-stroke'),
    marquee: colour('--eyrie-canvas-marquee'),
    highlight: colour('--eyrie-canvas-highlight'),
    fontFamily: style.fontFamily
  }
}

/** Any opaque CSS colour as `#rrggbb`: a canvas spells it so. */
const asHex = (colour: string): string => {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) throw new Error('The browser gave no 2D drawing context to read a colour with.')
  context.fillStyle = colour
  return String(context.fillStyle)
}

/** Calls `changed` whenever the document's theme may have changed; returns how to stop. */
export const watchTheme = (changed: () => void): (() => void) => {
  const observer = new MutationObserver(changed)
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true, attributeFilter: ['class', 'style', 'data-theme'] })
  }
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  scheme.addEventListener('change', changed)
  return () => {
    observer.disconnect()
    scheme.removeEventListener('change', changed)
  }
}

/** Black or white, whichever reads better on `#rrggbb` (WCAG relative luminance). */
export const readableInk = (colour: string): '#000000' | '#ffffff' => {
  const channel = (start: number): number => {
    const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
  return luminance > 0.179 ? '#000000' : '#ffffff'
}
